"""How the forecast did, as figures and tables of the customer-value report.

Each function takes the report and finished results, and shows one chart or table with its answer.
"""

from functools import partial

import pandas as pd

from . import charts, value_charts
from .value_words import METHODS

__all__ = ["show_calibration", "show_forecasts", "show_models", "show_past_forecasts"]


def show_forecasts(report, check):
    """Holdout purchases by every method against what came; `check`: ForecastCheck or None."""
    t, fmt = report.t, report.fmt
    if check is None or check.model is None or not check.actual > 0:
        return
    mine = check.purchases["method"] == check.model
    table = check.purchases.assign(
        name=[t(METHODS[method]) for method in check.purchases["method"]],
        low=check.purchases["total"].mask(mine, check.low),
        high=check.purchases["total"].mask(mine, check.high),
    )
    captured = check.amounts.set_index("method")["captured"]
    last = METHODS["past_spend"]
    numbers = pd.concat([table, pd.DataFrame([{"name": t(last)}])], ignore_index=True)
    numbers["money"] = [*captured[table["method"]], captured["past_spend"]]
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="total",
            low="low",
            high="high",
            title=t(
                "{actual} repeat purchases came; {predicted} were expected",
                actual=fmt.count(check.actual),
                predicted=fmt.count(check.predicted),
            ),
            alt=t("Repeat purchases forecast by each method, with a line where they really came."),
            reference=check.actual,
            reference_label=t("what came"),
            form=fmt.count,
            xlabel=t("repeat purchases"),
        ),
        subtitle=t(
            "{n} customers known on {date}, the {weeks} after it; interval of the model used",
            n=fmt.count(len(check.outcomes)),
            date=fmt.date(check.calibration_end),
            weeks=fmt.weeks(check.weeks),
        ),
        note=t(
            "The closer to the line, the better the total. A good total says nothing about who "
            "buys: the table tells how much of the purchases, and of the money, came from the "
            "tenth of customers that each method put first."
        ),
        numbers=numbers,
        columns={
            "name": t("Forecast"),
            "total": (t("Repeat purchases"), fmt.count),
            "error": (t("Error of the total"), fmt.percent),
            "rmse": (t("RMSE per customer"), partial(fmt.number, digits=3)),
            "captured": (t("Purchases by its top tenth"), fmt.percent),
            "money": (t("Money from its top tenth"), fmt.percent),
        },
    )


def show_calibration(report, check):
    """Mean forecast and outcome by earlier repeat purchases."""
    t, fmt = report.t, report.fmt
    if check is None or check.model is None or not check.actual > 0:
        return
    last = check.groups["group"].max()
    labels = [str(g) if g < 7 else t("7 and more") for g in check.groups["group"]]
    table = check.groups.assign(label=labels)
    short = int((check.groups["predicted"] < check.groups["low"]).sum())
    over = int((check.groups["predicted"] > check.groups["high"]).sum())
    if short + over == 0:
        title = t("Group by group, the forecast lies within the error of what came")
    elif short >= over:
        title = t(
            "In {short} of {all} groups customers bought more than expected",
            short=fmt.count(short),
            all=fmt.count(len(table)),
        )
    else:
        title = t(
            "In {over} of {all} groups customers bought less than expected",
            over=fmt.count(over),
            all=fmt.count(len(table)),
        )
    number = partial(fmt.number, digits=2)
    report.figure(
        value_charts.plot_calibration(
            table,
            title=title,
            alt=t(
                "Expected and actual purchases per customer, for customers with 0 to {last} "
                "earlier repeat purchases.",
                last=fmt.count(last),
            ),
            forecast_name=t("expected"),
            outcome_name=t("came, with interval"),
            form=partial(fmt.number, digits=0),
            xlabel=t("repeat purchases up to {date}", date=fmt.date(check.calibration_end)),
            ylabel=t("purchases per customer"),
        ),
        subtitle=t(
            "Purchases per customer in the {weeks} after, by group; n = {n} customers",
            weeks=fmt.weeks(check.weeks),
            n=fmt.count(len(check.outcomes)),
        ),
        note=t(
            "Each group holds customers with equally many earlier purchases. Where the mark lies "
            "outside the bar, the forecast for such customers was off by more than chance."
        ),
        numbers=table,
        columns={
            "label": (t("Earlier repeat purchases"), str),
            "customers": (t("Customers"), fmt.count),
            "predicted": (t("Expected per customer"), number),
            "actual": (t("Came per customer"), number),
            "low": (t("Interval from"), number),
            "high": (t("to"), number),
        },
    )


def show_past_forecasts(report, past):
    """Table of the forecasts made from past days and what came."""
    t, fmt = report.t, report.fmt
    if past.empty:
        report.text(t("The forecast could not be repeated from earlier days."))
        return
    report.table(
        past.assign(off=past["actual"] / past["predicted"].where(past["predicted"] > 0) - 1),
        columns={
            "origin": (t("Asked on"), fmt.date),
            "until": (t("for the time to"), fmt.date),
            "customers": (t("Customers"), fmt.count),
            "predicted": (t("Expected"), fmt.money),
            "actual": (t("Came"), fmt.money),
            "off": (t("Came above expected"), fmt.percent),
        },
        caption=t("The same forecast, asked on earlier days (revenue, not discounted)"),
    )


def show_models(report, comparison):
    """The purchase models side by side; `comparison` from `customer_value.model_comparison`."""
    t, fmt = report.t, report.fmt
    noted = (comparison["message"] != "").any()
    report.table(
        comparison.assign(
            name=[t(METHODS[model]) for model in comparison["model"]],
            used=[t("used") if chosen else "" for chosen in comparison["chosen"]],
            settled=[t("yes") if ok else t("no") for ok in comparison["converged"]],
            edge=[names or t("none") for names in comparison["at_boundary"]],
            said=[t(text) if text else "" for text in comparison["message"]],
        ),
        columns={
            "name": t("Purchase model"),
            "loglik": (t("Log-likelihood"), fmt.number),
            "settled": t("Converged"),
            "edge": t("Parameters at a boundary"),
            "used": t("Choice"),
            **({"said": t("Remark")} if noted else {}),
        },
        caption=t("Purchase models fitted to all purchases up to the reporting date"),
    )
