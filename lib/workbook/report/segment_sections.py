"""The report's sections on RFM: who brings the revenue, and what the scores stand for."""

import pandas as pd

from . import charts
from .language import N_
from .segment_words import SEGMENTS, sentences

__all__ = [
    "answer",
    "cut_rule",
    "returns_section",
    "score_section",
    "top_figure",
    "value_section",
]

DIMENSION_WORDS = {"r": N_("Recency (R)"), "f": N_("Frequency (F)"), "m": N_("Money (M)")}


def value_section(report, value):
    """Customers and revenue of every segment, side by side."""
    t, fmt = report.t, report.fmt
    table = value.assign(name=[t(SEGMENTS[code]) for code in value["segment"]])
    filled = table[table["customers"] > 0]
    if filled.empty or not filled["gross"].sum() > 0:
        report.text(t("Nobody has paid anything yet: segments cannot be told apart by revenue."))
        return
    top = filled.loc[filled["gross"].idxmax()]
    ax = charts.plot_pairs(
        filled,
        label="name",
        values={"customer_share": t("share of customers"), "gross_share": t("share of revenue")},
        form=lambda share: fmt.percent(share, 0),
        title=t(
            "{segment}: {share} of the customers, {revenue} of the revenue so far",
            segment=top["name"],
            share=fmt.percent(top["customer_share"]),
            revenue=fmt.percent(top["gross_share"]),
        ),
        alt=t("Two points per segment: its share of the customers and its share of the revenue."),
    )
    low_high = [fmt.interval(a, b, fmt.percent) for a, b in zip(filled["share_low"], filled["share_high"], strict=True)]  # fmt: skip
    means = [fmt.interval(a, b, fmt.money) for a, b in zip(filled["mean_low"], filled["mean_high"], strict=True)]  # fmt: skip
    report.figure(
        ax,
        subtitle=t("{n} customers", n=fmt.count(value["customers"].sum()))
        + t(", ")
        + fmt.period(*report.tables.span),
        note=t(
            "Where the coloured point lies right of the grey one, a segment brings more revenue "
            "than its number. Revenue is gross of returns; intervals are 95 %."
        ),
        numbers=filled.assign(share_range=low_high, mean_range=means),
        columns={
            "name": t("Segment"),
            "customers": (t("Customers"), fmt.count),
            "gross_share": (t("Share of revenue"), fmt.percent),
            "share_range": (t("95 % interval"), str),
            "gross_mean": (t("Revenue per customer"), fmt.money),
            "mean_range": (t("95 % interval"), str),
        },
    )
    empty = [name for name, n in zip(table["name"], table["customers"], strict=True) if not n]
    if empty:
        report.text(t("Nobody is in: {segments}.", segments=t(", ").join(empty)))


def returns_section(report, value):
    """Gross and net of returns side by side, or the sentence that there are none."""
    t, fmt = report.t, report.fmt
    if not (value["returns"] < 0).any():
        report.text(
            t(
                "These orders hold no returns: gross and net revenue are the same. Lines with a "
                "negative amount or orders.is_return would set them apart."
            )
        )
        return
    table = value[value["customers"] > 0].copy()
    table["name"] = [t(SEGMENTS[code]) for code in table["segment"]]
    table["returned"] = -table["returns"] / table["gross"].where(table["gross"] > 0)
    report.table(
        table,
        columns={
            "name": t("Segment"),
            "gross": (t("Gross revenue"), fmt.money),
            "returns": (t("Returns"), fmt.money),
            "net": (t("Net revenue"), fmt.money),
            "returned": (t("Returned share"), fmt.percent),
            "net_mean": (t("Net per customer"), fmt.money),
        },
        caption=t("Revenue gross and net of returns, by segment"),
    )


def cut_rule(report, halves):
    """The rule that calls R, F and M high, in words."""
    t, fmt = report.t, report.fmt
    rows = halves.set_index("dimension")
    rules = {
        "r": t("last purchase at most {cut} ago", cut=fmt.days(rows.loc["r", "cut"])),
        "f": t("at least {cut} purchase days", cut=fmt.count(rows.loc["f", "cut"])),
        "m": t("at least {cut} in total", cut=fmt.money(rows.loc["m", "cut"])),
    }
    lines = []
    for dimension, row in rows.iterrows():
        name = t(DIMENSION_WORDS[dimension])
        if row["splits"]:
            lines.append(
                t(
                    "{dimension} is high: {rule} ({share} of the customers).",
                    dimension=name,
                    rule=rules[dimension],
                    share=fmt.percent(row["high_share"]),
                )
            )
        else:
            lines.append(
                t("{dimension}: all customers are equal, nothing to split.", dimension=name)
            )
    return sentences(report, *lines)


def score_section(report, scores, bands, *, bins):
    """Where customers stand by recency and frequency, and what each score stands for."""
    t, fmt = report.t, report.fmt
    grid = pd.crosstab(scores["f"], scores["r"], normalize="all") if len(scores) else None
    if grid is not None:
        wanted = list(range(1, bins + 1))
        grid = grid.reindex(index=wanted[::-1], columns=wanted)
        f, r = grid.stack().idxmax()
        ax = charts.plot_heatmap(
            grid.where(grid > 0),
            form=lambda share: fmt.percent(share, 1 if share < 0.01 else 0),
            title=t(
                "The fullest cell, R {r} and F {f}, holds {share} of the customers",
                r=r,
                f=f,
                share=fmt.percent(grid.loc[f, r]),
            ),
            alt=t("Grid of recency and frequency scores, shaded by their share of customers."),
            xlabel=t("recency score (right: bought lately)"),
            ylabel=t("frequency score"),
        )
        report.figure(
            ax,
            subtitle=t("Share of {n} customers", n=fmt.count(len(scores))),
            note=t("An empty row is a score that nobody can reach: equal customers stay together."),
            numbers=_bands(report, bands),
            columns={
                "name": t("Score"),
                "range": t("From, to"),
                "customers": (t("Customers"), fmt.count),
                "share": (t("Share of customers"), fmt.percent),
            },
        )
    unreached = bands[~bands["reached"]]
    if len(unreached):
        names = [f"{d.upper()} {s}" for d, s in zip(unreached["dimension"], unreached["score"], strict=True)]  # fmt: skip
        report.text(
            t(
                "Nobody can reach {scores}: more customers share one value than a score holds.",
                scores=t(", ").join(names),
            )
        )


def _bands(report, bands):
    fmt = report.fmt
    forms = {"r": fmt.days, "f": fmt.count, "m": fmt.money}
    ranges = [
        "–"
        if not row.reached
        else forms[row.dimension](row.lowest)
        if row.lowest == row.highest
        else fmt.interval(row.lowest, row.highest, forms[row.dimension])
        for row in bands.itertuples()
    ]
    names = [f"{row.dimension.upper()} {row.score}" for row in bands.itertuples()]
    return bands.assign(name=names, range=ranges)


def answer(report, value, once):
    """The page's answer: who brings the revenue, and how many bought once."""
    t, fmt = report.t, report.fmt
    customers = int(value["customers"].sum())
    back = t(
        "{share} of all {n} customers have bought on one day only.",
        share=fmt.percent(once / customers),
        n=fmt.count(customers),
    )
    if not value["gross"].sum() > 0:
        return sentences(report, t("Nobody has paid anything yet."), back)
    top = value.loc[value["gross"].idxmax()]
    best = t(
        "The segment “{segment}” holds {share} of the customers and {revenue} of the revenue.",
        segment=t(SEGMENTS[top["segment"]]),
        share=fmt.percent(top["customer_share"]),
        revenue=fmt.percent(top["gross_share"]),
    )
    return sentences(report, best, back)


def top_figure(report, value):
    """The key figure of the segment with most revenue: label, value, note."""
    t, fmt = report.t, report.fmt
    top = value.loc[value["gross"].idxmax()]
    interval = fmt.interval(top["share_low"], top["share_high"], fmt.percent)
    return (
        t(SEGMENTS[top["segment"]]),
        fmt.percent(top["gross_share"]),
        t("of revenue ({interval})", interval=interval),
    )
