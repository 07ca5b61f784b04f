"""How long contracts last, as figures of the churn report."""

import numpy as np
import pandas as pd

from . import charts
from .contract_words import DESIGNS, gap, missing

__all__ = ["show_lasting", "still_there"]


def still_there(report, lasted):
    """(month, share, low, high) of the age that is told first: 12 months, or the last one known."""
    known = lasted.table.dropna(subset="survival")
    if not len(known):
        return None
    row = known[known["month"] == 12]
    row = row.iloc[0] if len(row) else known.iloc[-1]
    return tuple(float(row[name]) for name in ("month", "survival", "low", "high"))


def show_lasting(report, study, lasted):
    """The survival curve with numbers at risk; bounds where its window is unknown."""
    t, fmt = report.t, report.fmt
    if len(lasted.bounds):
        _show_bounds(report, lasted.bounds)
        return
    if study.design == "outcome_window":
        months = fmt.months(report.params.get("feature_window_months", 0))
        report.text(t(DESIGNS[study.design], months=months))
        return
    why = missing(report, study)
    told = still_there(report, lasted)
    if why or told is None:
        report.text(why or t("Nobody has been followed for a month yet."))
        return
    month, share, low, high = told
    curve = lasted.curve
    table = _steps(curve)
    ax = charts.plot_lines(
        table,
        x="month",
        series={"survival": ""},
        low="low",
        high="high",
        title=t(
            "{share} are still there after {months}",
            share=fmt.percent(share),
            months=fmt.months(month),
        ),
        alt=t("Falling curve: share still there by months since the start, with its interval."),
        yform=lambda value: fmt.percent(value, 0),
        xlabel=t("months since the start; below: contracts still followed at that age")
        if study.unit == "contract"
        else t("months since the start; below: customers still followed at that age"),
    )
    ax.set_ylim(0, 1.02)
    ticks = _apart(lasted.table, curve.last / 7)
    names = [
        f"{m:g}\n{fmt.count(n)}" for m, n in zip(ticks["month"], ticks["at_risk"], strict=True)
    ]
    ax.set_xticks(ticks["month"], names)
    report.figure(
        ax,
        subtitle=t(
            "Kaplan-Meier, {n} followed, {ended} ended, interval {low} to {high} at {months}",
            n=fmt.count(curve.n),
            ended=fmt.count(curve.ended),
            low=fmt.percent(low),
            high=fmt.percent(high),
            months=fmt.months(month),
        ),
        note=_curve_note(report, study, lasted),
        numbers=lasted.table,
        columns={
            "month": (t("Months"), fmt.count),
            "at_risk": (t("Still followed"), fmt.count),
            "survival": (t("Still there"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
    )
    report.text(median_sentence(report, lasted))


def median_sentence(report, lasted):
    """Median and restricted mean in words."""
    t, fmt = report.t, report.fmt
    if lasted.median is None:
        text = t("Half have not left within the {months} followed, so there is no median.",
                 months=fmt.months(lasted.curve.last))  # fmt: skip
    elif lasted.median_high is None:
        text = t(
            "Half have left after {months} (interval from {low}; its upper end is not reached).",
            months=fmt.months(lasted.median, 1),
            low=fmt.months(lasted.median_low, 1),
        )
    else:
        text = t(
            "Half have left after {months} ({interval}).",
            months=fmt.months(lasted.median, 1),
            interval=fmt.interval(lasted.median_low, lasted.median_high),
        )
    if np.isnan(lasted.mean):
        return text
    return (
        text
        + gap(report)
        + t(
            "Of the first {horizon} a new one stays {mean} on average ({interval}).",
            horizon=fmt.months(lasted.horizon),
            mean=fmt.months(lasted.mean, 1),
            interval=fmt.interval(lasted.mean_low, lasted.mean_high),
        )
    )


def _curve_note(report, study, lasted):
    t, fmt = report.t, report.fmt
    months = report.params.get("window_months", 0)
    note = t(DESIGNS[study.design], months=fmt.months(months))
    note += gap(report) + t("Who still runs counts for as long as followed.")
    if lasted.curve.start > 0:
        note += gap(report) + t(
            "The curve holds for those who had got to {months}: hardly anybody was followed before.",
            months=fmt.months(lasted.curve.start, 1),
        )
    if lasted.if_all_kept is not None:
        day, share, low, high = lasted.if_all_kept
        note += gap(report) + t(
            "No end is recorded before {date}, although many are to be expected, so contracts are "
            "followed from that day on. If ends were kept earlier too and nobody left, {share} "
            "({interval}) are still there after 12 months (parameter ends_known_from).",
            date=fmt.date(day),
            share=fmt.percent(share),
            interval=fmt.interval(low, high, fmt.percent),
        )
    return note


def _apart(table, least):
    """Ages within the time followed whose labels don't touch."""
    kept = []
    for row in table.dropna(subset="survival").itertuples():
        if row.month - (kept[-1] if kept else 0.0) >= least:
            kept.append(row.month)
    return table[table["month"].isin(kept)]


def _steps(curve, most=400):
    """The curve as a staircase, thinned to what a chart can show."""
    table = curve.table[["month", "survival", "low", "high"]]
    if len(table) > most:
        table = table.iloc[np.unique(np.linspace(0, len(table) - 1, most).astype(int))]
    start = pd.DataFrame({"month": [curve.start], "survival": 1.0, "low": 1.0, "high": 1.0})
    last = (
        table.iloc[[-1]].assign(month=curve.last) if len(table) else start.assign(month=curve.last)
    )
    levels = pd.concat([start, table, last], ignore_index=True)
    before = levels.shift().assign(month=levels["month"]).iloc[1:]
    both = pd.concat([levels, before]).sort_values(["month", "survival"], ascending=[True, False])
    return both.reset_index(drop=True)


def _show_bounds(report, bounds):
    t, fmt = report.t, report.fmt
    unknown = DESIGNS["snapshot_window_unknown"]
    report.text(t(unknown))
    shown = bounds[bounds["month"].isin([12, 24, 36])].assign(
        window=lambda rows: [
            t("all who ever left are in the file") if np.isinf(w) else fmt.months(w)
            for w in rows["window_months"]
        ]
    )
    wide = shown.pivot(index="window_months", columns="month", values="survival")
    wide = wide.reindex(shown["window_months"].unique())
    wide.columns = [f"m{month:g}" for month in wide.columns]
    wide.insert(0, "window", shown.drop_duplicates("window_months")["window"].to_numpy())
    report.table(
        wide,
        columns={"window": t("If leavers stay in the file for")}
        | {
            name: (t("still there after {months}", months=fmt.months(float(name[1:]))), fmt.percent)
            for name in wide.columns[1:]
        },
        caption=t("Share still there under each observation window; none of them is a result."),
    )
