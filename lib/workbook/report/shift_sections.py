"""Shifts of behaviour over time, as figures of the behaviour report."""

import numpy as np
import pandas as pd

from .language import N_
from .shift_charts import plot_levels

__all__ = ["SHORT", "show_shifts"]

SERIES = {
    "buying": N_("repeat purchases against those expected from the customers' age"),
    "amount": N_("money per purchase day"),
    "conversion": N_("share of sessions with an order"),
}
SHORT = {
    "buying": N_("Repeat purchases"),
    "amount": N_("Money per purchase"),
    "conversion": N_("Conversion"),
}


def show_shifts(report, shifts):
    """Each weekly series with its levels."""
    t = report.t
    if not shifts:
        report.text(t("Shifts over time: it takes 24 weeks with purchases or sessions."))
        return
    for name, (series, found) in shifts.items():
        if not isinstance(name, tuple):
            _show_series(report, name, series, found)
    _show_channels(
        report, {name[1]: found for name, found in shifts.items() if isinstance(name, tuple)}
    )


def _show_series(report, name, series, found):
    t, fmt = report.t, report.fmt
    form = {"buying": lambda v: fmt.number(v, 1), "amount": fmt.money}.get(name, fmt.percent)
    table = series.table
    table = table.assign(level=_levels(table, found))
    if len(found):
        last = found.iloc[-1]
        title = t(
            "{series}: a new level since the week of {date}, {change}",
            series=t(SHORT[name]),
            date=fmt.date(last["start"]),
            change=_signed(report, last["change"]),
        )
    else:
        title = t("{series}: no shift beyond chance", series=t(SHORT[name]))
    ax = plot_levels(
        table,
        x="week",
        value="value",
        level="level",
        title=title,
        alt=t("Line by week with the level before and after each shift."),
        xform=lambda number: fmt.month(_date(number)),
        yform=form,
    )
    ax.set_xticks(table["week"].iloc[:: max(1, -(-len(table) // 5))])
    shown = _shift_columns(report, form)
    if not len(found):
        shown = {"week": (t("Week of"), fmt.date), "value": (t("Value"), form)}
    report.figure(
        ax,
        subtitle=t("{series}; thin: by week, thick: level", series=t(SERIES[name])),
        note=_note(report, name, series),
        numbers=found if len(found) else table.tail(12),
        columns=shown,
    )


def _show_channels(report, channels):
    """Shares of the channels, each with its last shift."""
    t, fmt = report.t, report.fmt
    if not channels:
        report.text(
            t("Shifts between channels: not possible, needs orders with two channels or more.")
        )
        return
    rows = []
    for channel, (series, found) in channels.items():
        now = series.above.sum() / max(series.below.sum(), 1e-12)
        last = found.iloc[-1] if len(found) else None
        rows.append(
            (channel, now, *(None if last is None else last[part] for part in ("start", "before", "after", "p")))
        )  # fmt: skip
    table = pd.DataFrame(rows, columns=["channel", "share", "start", "before", "after", "p"])
    report.table(
        table,
        columns={
            "channel": t("Channel"),
            "share": (t("Share of the purchases, whole span"), fmt.percent),
            "start": (t("New level since"), fmt.date),
            "before": (t("Before"), fmt.percent),
            "after": (t("After"), fmt.percent),
            "p": (t("p"), lambda p: fmt.number(p, 4)),
        },
        caption=t("Shares of the channels by week; a dash: no shift beyond chance."),
    )


def _note(report, name, series):
    t = report.t
    season = (
        t("The usual ups and downs of the year are taken off.")
        if series.adjusted
        else t(
            "Below two years a season can't be told from a shift: a shift found here is no alarm."
        )
    )
    if name != "buying":
        return season
    gap = "" if report.language.code == "zh" else " "
    return (
        t(
            "1: as customers do that long after their first purchase, so that a growing share of old customers is no fall."
        )
        + gap
        + season
    )


def _shift_columns(report, form):
    t, fmt = report.t, report.fmt
    return {
        "start": (t("New level since"), fmt.date),
        "before": (t("Before"), form),
        "after": (t("After"), form),
        "change": (t("Change"), fmt.percent),
        "low80": (t("80 % interval from"), fmt.percent),
        "high80": (t("to"), fmt.percent),
        "p": (t("p"), lambda p: fmt.number(p, 4)),
    }


def _levels(table, found):
    """The level of every week: its mean between two shifts."""
    edges = [table["week"].iloc[0], *found["start"], None]
    level = np.full(len(table), np.nan)
    for start, end in zip(edges, edges[1:], strict=False):
        inside = table["week"] >= start
        if end is not None:
            inside &= table["week"] < end
        part = table[inside]
        level[inside.to_numpy()] = part["above"].sum() / max(part["below"].sum(), 1e-12)
    return level


def _signed(report, change):
    text = report.fmt.percent(change)
    return f"+{text}" if change > 0 else text


def _date(number):
    from matplotlib.dates import num2date

    return num2date(number).date()
