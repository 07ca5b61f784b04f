"""How satisfied customers are, in all and by group, as figures of the satisfaction report.

Each function takes the report and finished results, and shows a chart or table with its answer,
or says in a sentence why there is none.
"""

import pandas as pd

from . import charts
from .voice_words import MEASURES, group_name, interval_words

__all__ = ["level_columns", "measure_form", "no_answers", "show_groups", "show_levels"]

MOST = 14  # groups in the chart; all stand in its table


def measure_form(report, measure):
    """How figures of a measure are written: shares, points of NPS, steps of a scale."""
    fmt = report.fmt
    if measure == "csat_top2":
        return fmt.percent
    return fmt.number if measure == "nps" else lambda value: fmt.number(value, 2)


def no_answers(report, answers):
    """Why nothing can be said of answers: no table, or nothing on a scale that can be read."""
    t = report.t
    if not len(answers.frame) and not answers.unread:
        return t("Not possible: needs answers in the table surveys.")
    return t(
        "Not possible: no column csat, nps or ces whose scale is stated or plain (params: scales)."
    )


def show_levels(report, answers, tables):
    """The measures; `tables` is {measure: `levels.levels`}."""
    t, fmt = report.t, report.fmt
    rows = []
    for measure, table in tables.items():
        form = measure_form(report, measure)
        for row in table.itertuples():
            rows.append((t(MEASURES[measure]), form(row.value), interval_words(report, row.low, row.high, form),
                         row.n, row.customers, _scale_words(report, answers, measure)))  # fmt: skip
    if not rows:
        report.text(no_answers(report, answers))
        return
    names = ["measure", "value", "interval", "n", "customers", "scale"]
    report.table(
        pd.DataFrame(rows, columns=names),
        columns={
            "measure": t("Measure"),
            "value": t("Value"),
            "interval": t("Interval"),
            "n": (t("Answers"), fmt.count),
            "customers": (t("Customers"), fmt.count),
            "scale": t("Scale"),
        },
    )


def _scale_words(report, answers, measure):
    t, fmt = report.t, report.fmt
    scale = answers.scales[
        {"csat_top2": "csat", "csat_mean": "csat", "ces_mean": "ces"}.get(measure, measure)
    ]
    ends = fmt.interval(scale.low, scale.high, lambda value: fmt.number(value, 0))
    if not scale.up:
        return t("{ends}, low is good; turned here so that high is good", ends=ends)
    if not scale.stated:
        return t("{ends}, taken because every answer fits", ends=ends)
    return t("{ends}, high is good", ends=ends)


def show_groups(report, tables, whole, *, measure="csat_top2"):
    """A measure by group; `tables` is {column: `levels.levels` by it}, `whole` that of all."""
    t = report.t
    form = measure_form(report, measure)
    parts = [table.assign(column=column) for column, table in tables.items() if len(table) > 1]
    if not parts or not len(whole):
        report.text(
            t(
                "No cut by touchpoint or customer: not possible, needs groups in surveys or customers."
            )
        )
        return
    rows = pd.concat(parts, ignore_index=True)
    rows["name"] = [
        group_name(report, cut, group)
        for cut, group in zip(rows["column"], rows["group"], strict=True)
    ]
    large, small = rows[rows["enough"]], rows[~rows["enough"]]
    if large.empty:
        report.text(t("Every group has fewer than 30 customers: none is shown."))
        return
    first, value = large.loc[large["value"].idxmin()], whole.iloc[0]["value"]
    away = ((large["value"] - value) / large["se"].where(large["se"] > 0)).abs().fillna(0)
    shown = large.loc[away.sort_values(ascending=False, kind="stable").index[:MOST]].sort_index()
    ax = charts.plot_intervals(
        shown, label="name", value="value", low="low", high="high", form=form, reference=value,
        reference_label=t("all: {value}", value=form(value)),
        highlight=[first["name"]] if first["high"] < value else None,
        title=_group_title(report, large, first, value, form),
        alt=t("{measure} of each group with its interval, beside that of all answers.",
              measure=t(MEASURES[measure])),
    )  # fmt: skip
    report.figure(
        ax,
        subtitle=t(
            "{measure}, n = {n}",
            measure=t(MEASURES[measure]),
            n=report.fmt.count(whole.iloc[0]["n"]),
        ),
        note=t(
            "Groups overlap between cuts; the chart shows those furthest from the whole. Groups whose intervals reach the line can't be told from "
            "the whole; of many groups one or two lie beside it by chance."
        ),
        numbers=rows,
        columns=level_columns(report, "name", t("Group"), form),
    )
    if len(small):
        names = t(", ").join(small["name"])
        report.text(t("Too few customers (below 30) to speak about: {groups}.", groups=names))


def _group_title(report, large, first, value, form):
    t = report.t
    if first["high"] < value:
        return t(
            "Least satisfied: {group}, {value}", group=first["name"], value=form(first["value"])
        )
    return t("No group lies clearly below all customers together")


def level_columns(report, name, heading, form):
    """Columns of a table of levels whose rows are named in `name`."""
    t, fmt = report.t, report.fmt
    return {
        name: heading,
        "n": (t("Answers"), fmt.count),
        "value": (t("Value"), form),
        "low": (t("Interval from"), form),
        "high": (t("to"), form),
    }
