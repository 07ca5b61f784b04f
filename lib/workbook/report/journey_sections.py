"""Journeys step by step and their pain points, as figures of the behaviour report."""

import pandas as pd

from workbook.analysis.event_kinds import INTERACTIONS, kind_group
from workbook.analysis.experiment import needed_per_group

from . import charts
from .behavior_words import OPTIONS, named_step

__all__ = ["show_options", "show_pain", "show_steps", "waiting"]


def show_steps(report, study):
    """The step matrix."""
    t, fmt = report.t, report.fmt
    if study is None:
        report.text(t("The journey of touchpoints: not possible, needs the table events."))
        return
    found = study.journeys
    if not len(study.matrix):
        report.text(t("No journey is over yet: there are no steps to show."))
        return
    wide = study.matrix.pivot(index="touchpoint", columns="step", values="share")
    wide = wide.loc[list(dict.fromkeys(study.matrix["touchpoint"]))]
    decided = found.won + found.lost
    wide.index = [named_step(report, step) for step in wide.index]
    second = study.matrix[(study.matrix["step"] == 2) & (study.matrix["touchpoint"] == "ended")]
    report.figure(
        charts.plot_heatmap(
            wide.where(wide > 0),
            title=t(
                "{won} of the journeys end with an order; {gone} are over after the first step",
                won=fmt.percent(found.won / max(decided, 1)),
                gone=fmt.percent(second["share"].sum()),
            ),
            alt=t("Step matrix: where journeys are at their first, second and later touchpoint."),
            form=lambda share: fmt.percent(share, 0),
            xlabel=t("step of the journey"),
        ),
        subtitle=t(
            "Share of {n} journeys that are over; columns add up to one", n=fmt.count(decided)
        ),
        note=t(
            "{open} more journeys are still warm and not counted as left.",
            open=fmt.count(found.undecided),
        ),
        numbers=study.matrix.assign(
            name=[named_step(report, step) for step in study.matrix["touchpoint"]]
        ),
        columns={
            "name": t("Touchpoint"),
            "step": (t("Step"), fmt.count),
            "journeys": (t("Journeys"), fmt.count),
            "share": (t("Share"), fmt.percent),
        },
    )


def waiting(report, hours):
    """A wait in the unit that suits it."""
    t, fmt = report.t, report.fmt
    if pd.isna(hours):
        return fmt.number(None)
    if hours < 1:
        return t("{n} min", n=fmt.number(60 * hours))
    if hours < 48:
        return t("{n} h", n=fmt.number(hours))
    return fmt.days(hours / 24, 1)


def show_pain(report, study):
    """Pain = leaving x value x wait, by touchpoint."""
    t, fmt = report.t, report.fmt
    if study is None:
        return
    table = study.pain
    if not len(table):
        report.text(t("No touchpoint has seen enough journeys for its drop-off to be judged."))
        return
    if not table["pain"].sum() > 0:
        report.text(
            t("Pain points can't be ranked: no journey that went on ended with an order, so that nothing is known of "
              "what was left behind.")
        )  # fmt: skip
        _pain_table(report, table)
        return
    first = table.iloc[0]
    report.figure(
        charts.plot_bars(
            table.head(10),
            label="touchpoint",
            value="pain_share",
            low="pain_low",
            high="pain_high",
            highlight=[str(first["touchpoint"])],
            form=fmt.percent,
            title=t(
                "It hurts most at {touchpoint}: {drop} leave there, the others wait {wait}",
                touchpoint=first["touchpoint"],
                drop=fmt.percent(first["drop"]),
                wait=waiting(report, first["wait_hours"]),
            ),
            alt=t("Bars: share of all pain by touchpoint, with intervals."),
        ),
        subtitle=t(
            "Pain = journeys that leave a year × value of one that goes on × wait; share of the sum"
        ),
        note=t(
            "Waiting is the median time to the next touchpoint of those who went on, so slow touchpoints weigh "
            "heavily: the table shows the three parts apart. Those who left need not have been like those who went "
            "on: the value left behind is an upper figure."
        ),
        numbers=_named_pain(report, table),
        columns=_pain_columns(report, table),
    )


def _named_pain(report, table):
    return table.assign(wait=[waiting(report, hours) for hours in table["wait_hours"]])


def _pain_columns(report, table):
    t, fmt = report.t, report.fmt
    columns = {
        "touchpoint": t("Touchpoint"),
        "journeys": (t("Journeys"), fmt.count),
        "drop": (t("leave there"), fmt.percent),
        "drop_low": (t("Interval from"), fmt.percent),
        "drop_high": (t("to"), fmt.percent),
        "wait": t("Wait, median"),
        "won_after": (t("of those who go on, order"), fmt.percent),
    }
    if table["loss"].notna().any():
        columns |= {
            "value": (t("Value of one who goes on"), fmt.money),
            "loss": (t("Left behind per year"), fmt.money),
        }
    return columns | {"pain_share": (t("Share of the pain"), fmt.percent)}


def _pain_table(report, table):
    report.table(_named_pain(report, table), columns=_pain_columns(report, table))


def show_options(report, study):
    """What could be tried where it hurts, and how large a test it would take."""
    t, fmt = report.t, report.fmt
    if study is None or not len(study.pain):
        return
    table = study.pain.head(5)
    rows = table.assign(
        option=[
            t(OPTIONS[_option(step, hours)])
            for step, hours in zip(table["touchpoint"], table["wait_hours"], strict=True)
        ],
        better=0.9 * table["drop"],
        needed=[
            needed_per_group(drop, 0.9 * drop) if 0 < drop < 1 else None for drop in table["drop"]
        ],
    )
    report.table(
        rows,
        columns={
            "touchpoint": t("Touchpoint"),
            "option": t("Option to test"),
            "drop": (t("Leave there today"), fmt.percent),
            "better": (t("with a tenth fewer leaving"), fmt.percent),
            "needed": (t("Journeys per group to see it"), fmt.count),
        },
        caption=t(
            "Options, not promises: each is to be tried on half of the journeys, drawn at random (5 % error, "
            "80 % power)."
        ),
    )


def _option(touchpoint, hours):
    """Which option suits a touchpoint: by what it is, and by how long people wait there."""
    group = kind_group(touchpoint)
    if group in INTERACTIONS:
        return "talk"
    if group in OPTIONS:
        return group
    return "slow" if hours > 24 else "page"
