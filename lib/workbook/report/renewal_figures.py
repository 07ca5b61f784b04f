"""Forecasts judged, renewals, projection, money and the list of contracts, as figures."""

import numpy as np
import pandas as pd

from . import charts
from .contract_words import MEASURES, NOT_JUDGED, missing

__all__ = ["show_judgement", "show_list", "show_money", "show_projection", "show_renewals"]

FEWEST = 10  # terms that fell due; fewer are counted, no rate is shown


def show_judgement(report, study, judged):
    """How good the forecast of an earlier day was; `judged` from `leaving_forecast.judgement`."""
    t, fmt = report.t, report.fmt
    why = missing(report, study)
    if why or judged.reason:
        report.text(why or t(NOT_JUDGED[judged.reason]))
        return
    score = judged.score
    table = judged.calibration.dropna(subset="observed")
    longest = table["horizon"].max() if len(table) else np.nan
    rows = table[(table["horizon"] == longest) & (table["group"] > 0)]
    if len(rows):
        whole = table[(table["horizon"] == longest) & (table["group"] == 0)].iloc[0]
        report.figure(
            charts.plot_intervals(
                rows.assign(
                    name=[
                        t(
                            "{fifth} ({share})",
                            fifth=_fifth(report, group),
                            share=fmt.percent(chance, 0),
                        )
                        for group, chance in zip(rows["group"], rows["predicted"], strict=True)
                    ]
                ),
                label="name",
                value="observed",
                low="low",
                high="high",
                title=t(
                    "{predicted} were predicted to leave within {months}, {observed} did",
                    predicted=fmt.percent(whole["predicted"]),
                    months=fmt.months(longest),
                    observed=fmt.percent(whole["observed"]),
                ),
                alt=t("Share that left by fifth of the predicted chance, with intervals."),
                form=lambda share: fmt.percent(share, 0),
            ),
            subtitle=t(
                "{n} running on {date}, {ended} ended since; the model knew nothing later",
                n=fmt.count(judged.n),
                date=fmt.date(judged.cut),
                ended=fmt.count(judged.ended),
            ),
            note=t(
                "Points: what happened, with intervals; in brackets what had been predicted. The table "
                "holds the same after 3, 6 and 12 months."
            ),
            numbers=table.assign(name=[_fifth(report, group) for group in table["group"]]),
            columns={
                "horizon": (t("Months ahead"), fmt.count),
                "name": t("By predicted chance"),
                "n": (t("Followed"), fmt.count),
                "predicted": (t("Predicted"), fmt.percent),
                "observed": (t("Left"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
            },
        )
    names = {"traits": t("age and traits (Cox)"), "age": t("age alone")}
    report.table(
        judged.concordance.assign(name=judged.concordance["model"].map(names)),
        columns={
            "name": t("Ranking by"),
            "concordance": (t("Concordance (Uno)"), lambda value: fmt.number(value, 3)),
            "low": (t("Interval from"), lambda value: fmt.number(value, 3)),
            "high": (t("to"), lambda value: fmt.number(value, 3)),
            "sampling_error": (t("error of sampling pairs"), lambda value: fmt.number(value, 4)),
            "ended": (t("Ended"), fmt.count),
        },
        caption=t("How often the one ranked higher left earlier; 0.5 is no better than chance."),
    )
    report.table(
        judged.brier.dropna(subset="brier").assign(name=lambda rows: rows["model"].map(names)),
        columns={
            "horizon": (t("Months ahead"), fmt.count),
            "name": t("Forecast by"),
            "brier": (t("Brier score"), lambda value: fmt.number(value, 3)),
            "brier_same": (t("same chance for all"), lambda value: fmt.number(value, 3)),
            "skill": (t("Gain over it"), fmt.percent),
            "skill_low": (t("Interval from"), fmt.percent),
            "skill_high": (t("to"), fmt.percent),
        },
        caption=t("Mean squared error of the chances, weighted for those not followed to the end."),
    )
    report.text(ranking_verdict(report, judged, score))


def ranking_verdict(report, judged, score):
    """Whether the ranking may be used."""
    t, fmt = report.t, report.fmt
    values = {
        "value": fmt.number(score["concordance"], 3),
        "interval": fmt.interval(score["low"], score["high"], lambda v: fmt.number(v, 3)),
    }
    if judged.useful:
        return t("On the later window the ranking held: {value} ({interval}).", **values)
    return t(
        "Do not use this ranking: on the later window it was not clearly better than chance, or "
        "worse than age alone ({value}, {interval}).",
        **values,
    )


def _fifth(report, group):
    t = report.t
    words = {0: t("all"), 1: t("lowest fifth"), 5: t("highest fifth")}
    return words.get(group) or t("fifth {number}", number=group)


def show_renewals(report, study, rates, kept, lasted):
    """Ways to say "retention" side by side; `rates` from `renewal_study.year_due`."""
    t, fmt = report.t, report.fmt
    if study.design != "dates":
        report.text(
            missing(report, study)
            or t("Renewals: not possible, needs the days of single contracts.")
        )
        return
    rows = []
    if kept is not None:
        rows.append(
            (t("Customers kept: with a contract 12 months ago, and one now"), *kept.values())
        )
    if len(rates):
        known = rates[rates["due"] > 0].dropna(subset="rate")
        rows += [
            (t(MEASURES[r.measure]), r.rate, r.low, r.high, r.renewed, r.due)
            for r in known.itertuples()
        ]
    share, low, high = lasted.at(12)
    if share is not None:
        rows.append((t("Still there 12 months after the start (Kaplan-Meier)"), share, low, high,
                     None, lasted.curve.n))  # fmt: skip
    if not rows:
        report.text(t("No contract ran a year ago or fell due since: no rate can be shown."))
        return
    table = pd.DataFrame(rows, columns=["name", "rate", "low", "high", "numerator", "denominator"])
    report.table(
        table,
        columns={
            "name": t("What is often called retention"),
            "rate": (t("Rate"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "numerator": (t("Numerator"), fmt.count),
            "denominator": (t("Denominator"), fmt.count),
        },
        caption=t("By value, numerator and denominator are money; the others count."),
    )
    if not len(rates):
        report.text(t("Renewals: not possible, needs the column term_ends_on of contracts."))
    elif not rates["due"].iloc[0]:
        report.text(t("No term ended in the last 12 months: no renewal rate."))


def show_projection(report, study, projected):
    """A cohort's renewals and how they go on; `projected` from `renewal_study.projection`."""
    t, fmt = report.t, report.fmt
    if study.design == "dates" and projected is None:
        report.text(
            t(
                "Projection: too few customers have come to two renewals, or their ends are not known."
            )
        )
    if projected is None:
        return
    table = projected.table
    last = table.iloc[-1]
    report.figure(
        charts.plot_lines(
            table,
            x="period",
            series={"survival": t("model"), "actual": t("actual")},
            low="low",
            high="high",
            title=t(
                "{share} are expected to be left after {n} terms",
                share=fmt.percent(last["survival"]),
                n=fmt.count(last["period"]),
            ),
            alt=t("Share left after each term: actual, and projected with its interval."),
            yform=lambda value: fmt.percent(value, 0),
            xform=fmt.count,
            xlabel=t("terms since the start"),
        ),
        subtitle=t(
            "{n} customers followed for {periods} terms; {model} beyond",
            n=fmt.count(projected.customers),
            periods=fmt.count(projected.periods),
            model=projected.model,
        ),
        note=t(
            "Customers differ in how likely they are to stop, so those who stay longest are the most "
            "loyal; the band holds the outcome of a cohort of this size if nothing changes."
        ),
        numbers=table,
        columns={
            "period": (t("Terms"), fmt.count),
            "actual": (t("Actual"), fmt.percent),
            "survival": (t("Model"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )


def show_money(report, study, money, *, cac=0.0):
    """What keeping longer is worth; `money` from `renewal_study.retention_money`."""
    t, fmt = report.t, report.fmt
    if money is None:
        if not missing(report, study):
            report.text(t("Worth of retention: not possible, needs the column value of contracts."))
        return
    report.text(
        t(
            "A new contract brings {value} of revenue ({interval}) within {months}, discounted, at "
            "{monthly} a month while it runs.",
            value=fmt.money(money.value),
            interval=fmt.interval(money.low, money.high, fmt.money),
            months=fmt.months(money.horizon),
            monthly=fmt.money(money.monthly_value),
        )
    )
    if len(money.worth):
        report.table(
            money.worth,
            columns={
                "points": (t("Kept more after 12 months"), fmt.points),
                "kept_12": (t("Kept after 12 months then"), fmt.percent),
                "gain": (t("More per new contract"), fmt.money),
                "per_year": (t("For the contracts won in a year"), fmt.money),
            },
            caption=t(
                "Arithmetic, not a promise: what more would be kept is worth, not how to keep it "
                "({n} contracts won in the last 12 months).",
                n=fmt.count(money.won),
            ),
        )
    if cac <= 0:
        report.text(t("Payback: not possible, needs the parameter cac (money to win a contract)."))
    elif money.payback is None:
        report.text(
            t("What it costs to win a contract ({cac}) is not paid back within the time followed.",
              cac=fmt.money(cac))
        )  # fmt: skip
    else:
        report.text(
            t(
                "A contract that costs {cac} to win has paid it back after {months}; over {horizon} it "
                "brings {ratio} times its cost.",
                cac=fmt.money(cac),
                months=fmt.months(money.payback),
                horizon=fmt.months(money.horizon),
                ratio=fmt.number(money.value / cac),
            )
        )


def show_list(report, study, judged, table, loss):
    """Deliver the list of contracts at risk; `table` from `leaving_forecast.contract_list`."""
    t, fmt = report.t, report.fmt
    if missing(report, study) or judged.reason:
        return  # said by show_judgement, beside which this stands
    if loss is None:
        report.text(
            t("List of contracts at risk: not possible, needs the column value of contracts.")
        )
        return
    if not judged.useful:
        report.text(
            t("No list of contracts at risk: the ranking did not hold on the later window.")
        )
        return
    report.customer_list("contracts_at_risk", table, columns=list_columns(report))
    report.text(
        t(
            "Ranked by chance of leaving × yearly value × the assumed save rate ({rate}) less the cost "
            "of a contact. Nothing here shows that a call keeps anybody: draw a random half of the list, "
            "call that half only, and compare.",
            rate=fmt.percent(report.params.get("assumed_save_rate", 1.0), 0),
        )
    )


def list_columns(report):
    """Headings of the list of contracts at risk."""
    t = report.t
    return {
        "customer_id": t("Customer"),
        "running_months": t("Months so far"),
        "chance": t("Chance of leaving"),
        "yearly_value": t("Value per year"),
        "expected_loss": t("Expected loss"),
        "expected_saved": t("Expected saved value (assumed rate)"),
    }
