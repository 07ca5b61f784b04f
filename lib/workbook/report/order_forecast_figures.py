"""How many buyers, purchases and how much money to expect, and when, in the prediction report."""

import pandas as pd

from . import charts
from .prediction_words import method_name, window_name

__all__ = ["show_amounts", "show_dates", "show_totals"]


def show_totals(report, study, totals, sales):
    """The coming window's totals, and how past totals came out.

    Parameters
    ----------
    totals : dict
        measure (buyers, purchases, revenue) -> dict of value, low, high, known, known_low, known_high.
    sales : sales_forecast.SalesForecast or None
    """
    t, fmt = report.t, report.fmt
    if not totals:
        return
    names = {"buyers": t("Buyers"), "purchases": t("Purchases"), "revenue": t("Revenue")}
    rows = []
    for measure, told in totals.items():
        form = fmt.money if measure == "revenue" else fmt.count
        rows.append(
            {
                "name": names[measure],
                "known": form(told["known"]),
                "known_interval": fmt.interval(told["known_low"], told["known_high"], form),
                "new": form(told["value"] - told["known"]),
                "value": form(told["value"]),
                "interval": fmt.interval(told["low"], told["high"], form),
            }
        )
    report.table(
        pd.DataFrame(rows),
        columns={
            "name": t("Expected in the window"),
            "known": t("Of customers known today"),
            "known_interval": t("90 % interval"),
            "new": t("Of customers still to come"),
            "value": t("Together"),
            "interval": t("90 % interval of all"),
        },
        caption=t(
            "{window}. Intervals hold the outcome: chance, and how far past totals were off.",
            window=window_name(report, study.buying, study.as_of),
        ),
    )
    if sales is None or len(sales.totals) < 2:
        return
    table = sales.totals[sales.totals["measure"] == "purchases"].sort_values("cut")
    table = table.assign(
        name=[fmt.date(day) for day in table["cut"]],
        said=table["known"] + table["new"],
        came=table["actual"] + table["actual_new"],
    )
    off = (table["said"].sum() / max(table["came"].sum(), 1)) - 1
    report.figure(
        charts.plot_pairs(
            table,
            label="name",
            values={"said": t("forecast"), "came": t("came")},
            title=t(
                "Purchases: {n} past forecasts together were off by {off}",
                n=fmt.count(len(table)),
                off=fmt.percent(off),
            ),
            alt=t("Purchases forecast on past days, beside those that came."),
            form=fmt.count,
        ),
        subtitle=t(
            "Purchases in the {months} after each day", months=fmt.months(study.buying.months)
        ),
        numbers=table,
        columns={
            "name": t("Forecast made on"),
            "known": (t("Of customers known then"), fmt.count),
            "actual": (t("came"), fmt.count),
            "new": (t("Of customers still to come"), fmt.count),
            "actual_new": (t("came"), fmt.count),
        },
    )


def show_amounts(report, sales):
    """Purchases and money per customer: every method on the past."""
    t, fmt = report.t, report.fmt
    if sales is None:
        report.text(t("How much: not enough data for a forecast that can be tried on the past."))
        return
    names = {"purchases": t("Purchases"), "revenue": t("Revenue")}
    rival, gain = sales.rivals["revenue"]
    said = {
        "rival": method_name(report, rival),
        "gain": fmt.points(gain["difference"]),
        "interval": fmt.interval(gain["low"], gain["high"], fmt.points),
    }
    if gain["low"] > 0:
        report.text(
            t(
                "Ranked by expected money, the top tenth of customers held {gain} more of what came "
                "({interval}) than the best simple ranking ({rival}).",
                **said,
            )
        )
    else:
        report.text(
            t(
                "Do not use the ranking by expected money for choosing customers: against the best simple "
                "ranking ({rival}) its top tenth held {gain} more of what came ({interval}), which is "
                "within chance. Totals may be used.",
                **said,
            )
        )
    judged = sales.judged.assign(
        name=[method_name(report, code) for code in sales.judged["method"]],
        what=[names[code] for code in sales.judged["measure"]],
    )
    judged = judged[judged["captured"].notna()]
    report.table(
        judged,
        columns={
            "what": t("Forecast of"),
            "name": t("Method"),
            "error": (t("Error of the total"), fmt.percent),
            "rmse": (
                t("Error per customer (root mean square)"),
                lambda value: fmt.number(value, 2),
            ),
            "captured": (t("Held by the top tenth"), fmt.percent),
        },
        caption=t(
            "All past forecasts together. No mean absolute error: where most customers buy nothing, it "
            "rewards forecasting nothing."
        ),
    )


def show_dates(report, check, study):
    """When customers order next, and how past dates came out."""
    t, fmt = report.t, report.fmt
    if check is None:
        report.text(t("When: not enough data for dates; fewer than 30 customers came back."))
        return
    said = {
        "order": fmt.percent(check.order),
        "interval": fmt.interval(check.order_low, check.order_high, fmt.percent),
        "gap": fmt.percent(check.order_gap),
    }
    if check.verdict == "use":
        report.text(
            t(
                "Of two repeat customers, the one put first bought first in {order} of pairs "
                "({interval}); by last purchase plus own mean gap it is {gap}.",
                **said,
            )
        )
    elif check.order == check.order:
        report.text(
            t(
                "Do not use the dates for putting customers in order: of two repeat customers, the one "
                "put first bought first in {order} of pairs ({interval}); the difference to last "
                "purchase plus own mean gap ({gap}) is within chance.",
                **said,
            )
        )
    last = check.by_day.iloc[-1]
    table = check.by_day.assign(name=[fmt.days(days) for days in check.by_day["days"]])
    report.figure(
        charts.plot_pairs(
            table,
            label="name",
            values={"predicted": t("forecast"), "observed": t("came true")},
            title=t(
                "Within {days}, {observed} had bought; {predicted} were forecast",
                days=fmt.days(last["days"]),
                observed=fmt.percent(last["observed"]),
                predicted=fmt.percent(last["predicted"]),
            ),
            alt=t("Share of customers who had bought again by day, forecast and as it came."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t("{n} customers on past days of forecast", n=fmt.count(check.n)),
        note=t("By the purchase model as it stood on each day."),
        numbers=table,
        columns={
            "name": t("Within so many days"),
            "predicted": (t("Forecast chance"), fmt.percent),
            "observed": (t("Came true"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
    if len(check.own):
        thirds = (t("earliest third"), t("middle third"), t("latest third"))
        report.table(
            check.own.assign(name=[thirds[group - 1] for group in check.own["group"]]),
            columns={
                "name": t("Own expected date"),
                "n": (t("Forecasts"), fmt.count),
                "date": (t("Mean days ahead"), lambda days: fmt.number(days, 0)),
                "predicted": (t("Forecast to buy by it"), fmt.percent),
                "observed": (t("Bought by it"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
            },
            caption=t(
                "The date by which half of those who still are customers order; only dates within the "
                "window can be judged."
            ),
        )
