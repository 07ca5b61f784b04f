"""Forecasts of leaving judged, and the list of contracts at risk, as figures and words."""

import numpy as np

from . import charts
from .contract_words import NOT_JUDGED, missing

__all__ = ["list_columns", "show_endings", "show_judgement", "show_list"]


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


def show_list(report, study, judged, table, loss):
    """Deliver the list of contracts at risk; `table` from `contracts_at_risk.contract_list`."""
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


def show_endings(report, endings):
    """How many contracts are expected to end; `endings` from `ending_forecast.ending_forecasts`."""
    t, fmt = report.t, report.fmt
    for told in endings:
        report.text(
            t(
                "Of the contracts running today {n} are expected to end without renewal by {date} "
                "({interval}, {level}); monitoring checks this in a later run.",
                n=fmt.count(told["value"]),
                date=fmt.date(told["end"]),
                interval=fmt.interval(told["low"], told["high"], fmt.count),
                level=fmt.percent(told["level"], 0),
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
