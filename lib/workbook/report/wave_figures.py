"""Satisfaction from wave to wave, and around a programme, as figures of the satisfaction report."""

from . import voice_charts
from .leaving_figures import p_value
from .level_figures import level_columns, measure_form
from .voice_words import MEASURES

__all__ = ["show_programme", "show_waves"]


def show_waves(report, table, fallen, mix=None, *, measure="csat_top2", named_waves=True):
    """A measure by wave; `table` from `waves.wave_table`, `fallen` from `waves.falls`.

    `mix` is `wave_mix.mixed_change` of the last two waves by touchpoint.
    """
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
        columns=level_columns(report, "wave", t("Wave"), form)
        | {
            "change": (t("Change"), difference),
            "change_low": (t("Interval from"), difference),
            "change_high": (t("to"), difference),
            "p_holm": (t("corrected p"), lambda p: p_value(report, p)),
        },
    )
    if mix and abs(mix["mix"]) >= 0.25 * abs(mix["change"]):
        report.text(
            t(
                "Of the last change of {change}, {mix} is the mix of touchpoints that answered, and "
                "{within} is change within them (an exact split).",
                change=difference(mix["change"]),
                mix=difference(mix["mix"]),
                within=difference(mix["within"]),
            )
        )


def show_programme(report, change, *, started_on, measure):
    """Before and after a programme; `change` from `survey_programme.programme_change`."""
    t, fmt = report.t, report.fmt
    if not started_on:
        report.text(t("No programme was named (param programme_on), so none is judged."))
        return
    if change is None:
        report.text(
            t(
                "Before and after the programme: not enough data, fewer than 30 customers on one side."
            )
        )
        return
    form = measure_form(report, measure)
    difference = fmt.points if measure == "csat_top2" else form
    words = {
        "measure": t(MEASURES[measure]),
        "day": fmt.date(started_on),
        "before": form(change["before"]),
        "after": form(change["after"]),
        "change": difference(change["change"]),
        "interval": fmt.interval(change["low"], change["high"], difference),
    }
    if "beyond" not in change:
        report.text(
            t(
                "{measure} before {day}: {before}, after: {after}; change {change} ({interval}). Before "
                "and after, not causal: nothing to compare with.",
                **words,
            )
        )
        return
    report.text(
        t(
            "{measure} before {day}: {before}, after: {after}; change {change} ({interval}). Other "
            "touchpoints changed by {others} at the same time; beyond that {beyond} ({beyond_interval}), "
            "if both would have moved alike without it.",
            others=difference(change["others_change"]),
            beyond=difference(change["beyond"]),
            beyond_interval=fmt.interval(change["beyond_low"], change["beyond_high"], difference),
            **words,
        )
    )
