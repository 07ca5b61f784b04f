"""Paths of those who order and those who leave, and of two segments, as figures of the report."""

from . import charts
from .behavior_words import named_segment
from .leaving_figures import p_value

__all__ = ["show_path_differences"]

BEYOND = 0.05  # chance of any false difference, over all steps at once


def show_path_differences(report, study, *, cut):
    """What those who order do differently from those who leave, and one segment from another."""
    t = report.t
    if study is None:
        return
    _differences(
        report,
        study.won,
        heads=(t("of journeys with an order"), t("of journeys without")),
        none=t(
            "The first steps of journeys with and without an order differ by no more than chance, like compared with "
            "like by length."
        ),
        few=t("Too few journeys with or without an order for their paths to be compared."),
        title=lambda step: t("More frequent in journeys with an order: {step}", step=step),
        other=lambda step: t("More frequent in journeys without an order: {step}", step=step),
    )
    if study.segments is None:
        report.text(
            t("Paths of segments: not possible, fewer than two segments are known in the events.")
        )
        return
    names = [named_segment(report, segment) for segment in study.pair]
    _differences(
        report,
        study.segments,
        heads=(names[0], names[1]),
        none=t(
            "The first steps of {first} and {second} differ by no more than chance ({cut}).",
            first=names[0],
            second=names[1],
            cut=cut,
        ),
        few=t("Too few journeys of known customers for segments to be compared."),
        title=lambda step: t(
            "More frequent in the segment \u201c{segment}\u201d: {step}",
            segment=names[0],
            step=step,
        ),
        other=lambda step: t(
            "More frequent in the segment \u201c{segment}\u201d: {step}",
            segment=names[1],
            step=step,
        ),
    )


def _differences(report, table, *, heads, none, few, title, other):
    t, fmt = report.t, report.fmt
    if not len(table):
        report.text(few)
        return
    clear = table[table["p"] < BEYOND].head(8)
    if not len(clear):
        report.text(none)
        return
    clear = clear.assign(
        name=[
            str(step)
            if following is None
            else t("{step} → {following}", step=step, following=following)
            for step, following in zip(clear["step"], clear["following"], strict=True)
        ]
    )
    first = clear.iloc[0]
    report.figure(
        charts.plot_pairs(
            clear,
            label="name",
            values={"share_false": heads[1], "share_true": heads[0]},
            form=lambda share: fmt.percent(share, 0),
            title=(title if first["difference"] > 0 else other)(first["name"]),
            alt=t("Pairs of points: share of paths of either kind that hold a step or a move."),
        ),
        subtitle=t(
            "Share of first paths; n = {a} and {b}",
            a=fmt.count(first["n_true"]),
            b=fmt.count(first["n_false"]),
        ),
        note=t(
            "First four touchpoints of everybody's first journey. Differences beyond chance, by dealing the labels "
            "at random (the largest over all steps counts)."
        ),
        numbers=clear,
        columns={
            "name": t("Step or move"),
            "share_true": (heads[0], fmt.percent),
            "share_false": (heads[1], fmt.percent),
            "difference": (t("Difference"), fmt.points),
            "low": (t("Interval from"), fmt.points),
            "high": (t("to"), fmt.points),
            "p": (t("p over all steps"), lambda p: p_value(report, p)),
        },
    )
