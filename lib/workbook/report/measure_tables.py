"""The measures beside the main one, by group and by wave, as tables of the satisfaction report."""

import pandas as pd

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
        t("The other measures by wave; a change is against the wave before, with the errors of both."),
    )  # fmt: skip


def _show(report, parts, heading, caption):
    """One row per name, one column per measure, and one for its change where that is known."""
    t = report.t
    parts = [part[part["enough"].astype(bool)] for part in parts]
    parts = [part for part in parts if len(part)]
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()
    if rows.empty:
        return
    table, columns = pd.DataFrame(index=rows["name"].unique()), {"name": heading}
    for measure, part in rows.groupby("measure", sort=False):
        form, part = measure_form(report, measure), part.set_index("name")
        told = [_written(report, row, "value", form) for row in part.itertuples()]
        table[measure] = pd.Series(told, index=part.index)
        columns[measure] = t(MEASURES[measure])
        if "change" in part:
            change = [_written(report, row, "change", form) for row in part.itertuples()]
            table[f"{measure}_change"] = pd.Series(change, index=part.index)
            columns[f"{measure}_change"] = t("Change")
    report.table(
        table.fillna("–").rename_axis("name").reset_index(), columns=columns, caption=caption
    )


def _written(report, row, name, form):
    t, value = report.t, getattr(row, name)
    if value != value:
        return "–"
    ends = ("low", "high") if name == "value" else (f"{name}_low", f"{name}_high")
    interval = interval_words(report, *(getattr(row, end) for end in ends), form)
    said = {"value": form(value), "interval": interval, "n": report.fmt.count(row.n)}
    if name == "value":
        return t("{value} ({interval}; n = {n})", **said)
    return t("{value} ({interval})", **said)
