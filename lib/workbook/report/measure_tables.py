"""The measures beside the main one, by group and by wave, as tables of the satisfaction report."""

import pandas as pd

from .leaving_figures import p_value
from .level_figures import measure_form
from .voice_words import MEASURES, group_name, interval_words

__all__ = ["show_other_groups", "show_other_waves"]


def show_other_groups(report, tables):
    """Further measures by group; `tables` is {measure: {column: `levels.levels` by it}}."""
    t = report.t
    parts = [
        table.assign(measure=measure, name=[group_name(report, cut, g) for g in table["group"]])
        for measure, cuts in tables.items()
        for cut, table in cuts.items()
        if len(table) > 1
    ]
    _show(report, parts, t("Group"), t("The other measures by group, from 30 customers on."))


def show_other_waves(report, tables):
    """Further measures by wave; `tables` is {measure: `waves.wave_table` of it}."""
    t = report.t
    parts = [table.assign(measure=m, name=table["wave"]) for m, table in tables.items()]
    _show(
        report, parts, t("Wave"),
        t("The other measures by wave, each tested against the wave before it with both errors."),
    )  # fmt: skip


def _show(report, parts, heading, caption):
    t, fmt = report.t, report.fmt
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["enough"])
    rows = rows[rows["enough"].astype(bool)]
    if rows.empty:
        return
    forms = {measure: measure_form(report, measure) for measure in rows["measure"].unique()}

    def written(row, value):
        return forms[row.measure](value)

    every = list(rows.itertuples())
    rows = rows.assign(
        measure_name=[t(MEASURES[row.measure]) for row in every],
        shown=[written(row, row.value) for row in every],
        interval=[interval_words(report, row.low, row.high, forms[row.measure]) for row in every],
    )
    columns = {
        "measure_name": t("Measure"),
        "name": heading,
        "n": (t("Answers"), fmt.count),
        "shown": t("Value"),
        "interval": t("Interval"),
    }
    if "change" in rows:
        missing = rows["change"].isna()
        rows["moved"] = [
            "–" if gone else written(row, row.change)
            for row, gone in zip(every, missing, strict=True)
        ]
        rows["moved_between"] = [
            "–" if gone else fmt.interval(row.change_low, row.change_high, forms[row.measure])
            for row, gone in zip(every, missing, strict=True)
        ]
        columns |= {
            "moved": t("Change"),
            "moved_between": t("Interval"),
            "p_holm": (t("corrected p"), lambda p: p_value(report, p)),
        }
    report.table(rows, columns=columns, caption=caption)
