"""The workbook's own track record: forecasts and chances against what came, as figures."""

import pandas as pd

from . import charts, terms
from .monitoring_words import EVENTS, MEASURES, figure_value, part_of_place
from .value_charts import plot_calibration

__all__ = ["show_chances", "show_forecasts"]

SHOWN = 24


def show_forecasts(report, judged, rate, runs):
    """Past forecasts: interval, outcome, and how often intervals held it."""
    t, fmt = report.t, report.fmt
    if judged.empty:
        report.text(_nothing(report, runs))
        return
    done = judged[judged["state"] == "judged"].tail(SHOWN)
    if len(done):
        done = done.assign(
            name=[_name(report, row) for row in done.to_dict("records")],
            ratio=done["actual"] / done["value"],
            least=done["low"] / done["value"],
            most=done["high"] / done["value"],
        )
        drawn = done[done["value"] > 0]
        if len(drawn):
            _figure(report, drawn, rate)
        report.table(
            done.assign(
                interval=[
                    fmt.interval(row["low"], row["high"], figure_value(report, row["measure"]))
                    for row in done.to_dict("records")
                ],
                came=[
                    figure_value(report, row["measure"])(row["actual"])
                    for row in done.to_dict("records")
                ],
                held=[t("yes") if hit else t("no") for hit in done["hit"]],
                period=[
                    f"{fmt.date(row['made_on'])} → {fmt.date(row['end'])}"
                    for row in done.to_dict("records")
                ],
            ),
            columns={
                "name": t("Past forecast"),
                "period": t("Made on, for the time to"),
                "interval": t("Interval"),
                "came": t("Came"),
                "held": t("Interval held"),
            },
        )
    report.text("\n\n".join(_said(report, judged, rate)))


def _nothing(report, runs):
    t = report.t
    if not runs:
        return t(
            "This is the first run: nothing was forecast before it. Later runs judge what this one "
            "forecasts."
        )
    return t("The earlier runs have left no forecast.")


def _name(report, row):
    t = report.t
    measure = t(MEASURES.get(row["measure"], row["measure"]))
    theme = terms.term(report.language, terms.THEMES, row["theme"])
    place = part_of_place(row["place"])
    words = t("{theme}: {measure}", theme=theme, measure=measure)
    return f"{words}, {place}" if place else words


def _figure(report, drawn, rate):
    t, fmt = report.t, report.fmt
    names = [f"{row['name']}, {fmt.month(row['end'])}" for row in drawn.to_dict("records")]
    drawn = drawn.assign(name=names)
    missed = [name for name, hit in zip(names, drawn["hit"], strict=True) if not hit]
    ax = charts.plot_intervals(
        drawn,
        label="name",
        value="ratio",
        low="least",
        high="most",
        highlight=missed,
        reference=1,
        reference_label=t("as forecast"),
        title=t(
            "{hits} of {n} forecasts held what came",
            hits=fmt.count(rate["hits"]),
            n=fmt.count(rate["scored"]),
        ),
        alt=t("One bar per forecast from its lower to its upper end; a point marks what came."),
        form=lambda share: fmt.percent(share, 0),
    )
    report.figure(
        ax,
        subtitle=t("What came, as a share of the forecast; the bar is the forecast's interval"),
        note=t(
            "Forecasts of the same time share its luck: several that miss together count as one."
        ),
    )


def _said(report, judged, rate):
    t, fmt = report.t, report.fmt
    said = []
    if rate["scored"]:
        said.append(
            t(
                "{hits} of {n} intervals held what came; they claimed {wanted}. Counting only "
                "forecasts whose times don't overlap: {apart_hits} of {apart}.",
                hits=fmt.count(rate["hits"]),
                n=fmt.count(rate["scored"]),
                wanted=fmt.percent(rate["wanted"], 0),
                apart=fmt.count(rate["apart"]),
                apart_hits=fmt.count(rate["apart_hits"]),
            )
        )
        if rate["bias"] is not None:
            said.append(
                t(
                    "On average {share} of what was forecast came.",
                    share=fmt.percent(1 + rate["bias"]),
                )
            )
    waiting = judged[judged["state"] == "pending"]
    if len(waiting):
        said.append(
            report.tn(
                "{n} forecast waits for its time to end, the next on {date}.",
                "{n} forecasts wait for their time to end, the next on {date}.",
                len(waiting),
                date=fmt.date(waiting["end"].min()),
            )
        )
    lost = int((judged["state"] == "impossible").sum())
    if lost:
        said.append(
            report.tn(
                "{n} forecast can't be judged: its table or column is missing today.",
                "{n} forecasts can't be judged: their table or column is missing today.",
                lost,
            )
        )
    return said


def show_chances(report, table, groups):
    """Chances of single customers: Brier score against its baseline, calibration of the newest."""
    t, fmt = report.t, report.fmt
    if table.empty:
        report.text(t("No earlier run has left chances of single customers."))
        return
    done = table[table["state"] == "judged"]
    if len(done):
        at = done.index[-1]
        last = done.loc[at]
        what = EVENTS[last["event"]]
        report.figure(
            plot_calibration(
                groups[at].assign(label=groups[at]["group"].astype(str)),
                forecast_name=t("chance given"),
                outcome_name=t("share that came"),
                title=_title(report, last),
                alt=t(
                    "Tenths of customers by their chance: chance given, and share with the event."
                ),
                form=lambda share: fmt.percent(share, 0),
                xlabel=t("Tenths of customers, lowest chance first"),
            ),
            subtitle=t(
                "{theme}: {event} from {start} to {end}; n = {n}",
                theme=terms.term(report.language, terms.THEMES, last["theme"]),
                event=t(what),
                start=fmt.date(last["start"]),
                end=fmt.date(last["end"]),
                n=fmt.count(last["n"]),
            ),
        )
        report.table(
            done.assign(
                name=[terms.term(report.language, terms.THEMES, theme) for theme in done["theme"]],
                what=[t(EVENTS[event]) for event in done["event"]],
            ),
            columns={
                "name": t("Theme"),
                "what": t("Event"),
                "end": (t("For the time to"), fmt.date),
                "n": (t("Customers"), fmt.count),
                "share": (t("Share that came"), fmt.percent),
                "brier": (t("Brier score"), lambda v: fmt.number(v, 4)),
                "baseline": (t("One chance for all"), lambda v: fmt.number(v, 4)),
                "auc": (t("AUC"), lambda v: fmt.number(v, 3)),
                "top": (t("Events in the top tenth"), fmt.percent),
            },
        )
    waiting = table[table["state"] == "pending"]
    if len(waiting):
        report.text(
            report.tn(
                "{n} file of chances waits for its time to end, the next on {date}.",
                "{n} files of chances wait for their time to end, the next on {date}.",
                len(waiting),
                date=fmt.date(pd.Series(waiting["end"]).min()),
            )
        )


def _title(report, row):
    t, fmt = report.t, report.fmt
    if row["low"] > 0:
        return t(
            "The chances beat one chance for all: Brier score {brier} against {baseline}",
            brier=fmt.number(row["brier"], 4),
            baseline=fmt.number(row["baseline"], 4),
        )
    if row["high"] < 0:
        return t(
            "The chances lose to one chance for all: Brier score {brier} against {baseline}",
            brier=fmt.number(row["brier"], 4),
            baseline=fmt.number(row["baseline"], 4),
        )
    return t(
        "The chances can't be told from one chance for all: Brier score {brier} against {baseline}",
        brier=fmt.number(row["brier"], 4),
        baseline=fmt.number(row["baseline"], 4),
    )
