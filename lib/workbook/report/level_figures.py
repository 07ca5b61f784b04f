"""How satisfied customers are, by part of the service, group and wave, as figures of the report.

Each function takes the report and finished results, and shows a chart or table with its answer,
or says in a sentence why there is none.
"""

import pandas as pd

from . import charts, voice_charts
from .voice_words import CLASSES, CUTS, MEASURES, SETS, item_name, named

__all__ = [
    "measure_form",
    "no_answers",
    "show_groups",
    "show_items",
    "show_levels",
    "show_sets",
    "show_waves",
]


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
            rows.append((t(MEASURES[measure]), form(row.value), fmt.interval(row.low, row.high, form),
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
        t("{cut}: {group}", cut=named(report, CUTS, cut), group=group)
        for cut, group in zip(rows["column"], rows["group"], strict=True)
    ]
    large, small = rows[rows["enough"]], rows[~rows["enough"]]
    if large.empty:
        report.text(t("Every group has fewer than 30 customers: none is shown."))
        return
    first, value = large.loc[large["value"].idxmin()], whole.iloc[0]["value"]
    ax = charts.plot_intervals(
        large, label="name", value="value", low="low", high="high", form=form, reference=value,
        reference_label=t("all: {value}", value=form(value)),
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
            "Groups overlap between cuts. Groups whose intervals reach the line can't be told from "
            "the whole; of many groups one or two lie beside it by chance."
        ),
        numbers=rows,
        columns=_level_columns(report, "name", t("Group"), form),
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


def _level_columns(report, name, heading, form):
    t, fmt = report.t, report.fmt
    return {
        name: heading,
        "n": (t("Answers"), fmt.count),
        "value": (t("Value"), form),
        "low": (t("Interval from"), form),
        "high": (t("to"), form),
    }


def show_items(report, items):
    """Likert bars of the items; `items` from `item_sets.item_levels`."""
    t, fmt = report.t, report.fmt
    if items.empty:
        report.text(
            t(
                "Parts of the service: not possible, needs columns item_* in surveys with a stated or plain scale."
            )
        )
        return
    table = items.sort_values("value", ascending=False, kind="stable")
    table = table.assign(name=[item_name(report, item) for item in table["item"]])
    best, worst = table.iloc[0], table.iloc[-1]
    shares = {code: t(word) for code, word in CLASSES.items()}
    apart = best["low"] > worst["high"]
    title = (
        t("Most satisfied with {best}, least with {worst}", best=best["name"], worst=worst["name"])
        if apart
        else t("No part of the service stands out: all lie within their intervals")
    )
    report.figure(
        voice_charts.plot_parts(
            table, label="name", values=shares, form=lambda share: fmt.percent(share, 0), title=title,
            alt=t("Bars for each part of the service: dissatisfied left, satisfied right of the middle."),
        ),  # fmt: skip
        subtitle=t("Share of answers in the worst two and the best two steps, n = {n}", n=fmt.count(table["n"].max())),
        note=t("Sorted by the mean. The mean counts every step of the scale, the bars only its ends."),
        numbers=table,
        columns={
            "name": t("Part of the service"),
            "n": (t("Answers"), fmt.count),
            "mean": (t("Mean"), lambda value: fmt.number(value, 2)),
            "value": (t("Place on the scale"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "dissatisfied": (t("dissatisfied"), fmt.percent),
            "satisfied": (t("satisfied"), fmt.percent),
        },
    )  # fmt: skip


def show_sets(report, table):
    """Satisfaction with product, service, experience, image; `table` from `item_sets.set_table`."""
    t, fmt = report.t, report.fmt
    if table.empty:
        return
    rows = table.assign(
        name=[named(report, SETS, code) for code in table["set"]],
        parts=[t(", ").join(item_name(report, item) for item in items) for items in table["items"]],
        judged=[_reliability(report, row) for row in table.itertuples()],
    )
    report.table(
        rows,
        columns={
            "name": t("Set of items"),
            "parts": t("Items"),
            "n": (t("Answers"), fmt.count),
            "value": (t("Place on the scale"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "judged": t("Do the items measure one thing? (Cronbach's alpha)"),
        },
    )
    absent = [
        t(SETS[code]) for code in ("product", "service", "image") if code not in set(table["set"])
    ]
    if absent:
        report.text(
            t(
                "Not asked, or not told by the items' names: {sets} (param item_sets).",
                sets=t(", ").join(absent),
            )
        )


def _reliability(report, row):
    t = report.t

    def two(value):
        return report.fmt.number(value, 2)

    if len(row.items) < 2:
        return t("one item: not known")
    if row.alpha != row.alpha:
        return t("not enough complete answers")
    words = {
        "alpha": two(row.alpha),
        "interval": report.fmt.interval(row.alpha_low, row.alpha_high, two),
    }
    if row.reliable:
        return t("{alpha} ({interval}): yes", **words)
    if row.weakest:
        return t(
            "{alpha} ({interval}): no; {item} fits least",
            item=item_name(report, row.weakest),
            **words,
        )
    return t("{alpha} ({interval}): no, read the items one by one", **words)


def show_waves(report, table, fallen, *, measure="csat_top2", named_waves=True):
    """A measure by wave; `table` from `waves.wave_table`, `fallen` from `waves.falls`."""
    t, fmt = report.t, report.fmt
    form = measure_form(report, measure)
    large = table[table["enough"]] if len(table) else table
    if len(large) < 2:
        report.text(t("Change over time: not enough data, fewer than two waves with 30 customers."))
        return
    whole = fallen[fallen["column"] == ""] if len(fallen) else fallen
    mark = whole.iloc[0]["wave"] if len(whole) else None
    last, first = large.iloc[-1], large.iloc[-2]
    words = {
        "wave": last["wave"],
        "before": first["wave"],
        "value": form(last["value"]),
        "old": form(first["value"]),
    }
    if mark:
        title = t("Lower from {wave} on than before", wave=mark)
    elif last["p_holm"] < 0.05:
        title = t("{wave}: {value}, after {old} in {before}", **words)
    else:
        title = t("{wave}: {value}, not to be told from {old} in {before}", **words)
    difference = fmt.points if measure == "csat_top2" else form
    report.figure(
        voice_charts.plot_waves(
            large,
            x="wave",
            value="value",
            low="low",
            high="high",
            mark=mark,
            form=form,
            title=title,
            alt=t("{measure} of each wave with its interval.", measure=t(MEASURES[measure])),
        ),  # fmt: skip
        subtitle=t("{measure} by wave", measure=t(MEASURES[measure]))
        if named_waves
        else t("{measure} by quarter of the answer", measure=t(MEASURES[measure])),
        note=t(
            "Each change is tested with the errors of both waves; customers who answered in both "
            "count once. With many waves, chance alone moves some: the corrected p allows for that."
        ),
        numbers=large,
        columns=_level_columns(report, "wave", t("Wave"), form)
        | {
            "change": (t("Change"), difference),
            "change_low": (t("Interval from"), difference),
            "change_high": (t("to"), difference),
            "p_holm": (t("corrected p"), lambda value: fmt.number(value, 3)),
        },
    )
