"""What follows what, and what is bought together, as figures of the behaviour report."""

import pandas as pd

from . import charts
from .behavior_words import COLUMNS, named_value

__all__ = ["show_baskets", "show_paths"]

MOST = 12  # pairs shown


def show_paths(report, paths):
    """Which channel or category follows which."""
    t, fmt = report.t, report.fmt
    if not paths:
        report.text(
            t(
                "Paths by channel or category: not possible, needs orders with two channels or categories."
            )
        )
        return
    for path in paths:
        wide = path.steps.pivot(index="value", columns="step", values="share")
        wide = wide.loc[list(dict.fromkeys(path.steps["value"]))]
        first, last = wide.iloc[0, 0], wide.iloc[0, -1]
        name = wide.index[0]
        wide.index = [named_value(report, value) for value in wide.index]
        moves = path.moves[(path.moves["from_n"] >= 30)]
        stay = moves[moves["value"] == moves["following"]]
        strong = moves[(moves["lift_low"] > 1) & (moves["value"] != moves["following"])]
        strong = strong.sort_values("lift_low", ascending=False).head(5)
        report.figure(
            charts.plot_heatmap(
                wide,
                title=t(
                    "{value}: {first} of the first purchases, {last} of the latest shown",
                    value=named_value(report, name),
                    first=fmt.percent(0.0 if first != first else first, 0),
                    last=fmt.percent(0.0 if last != last else last, 0),
                ),
                alt=t(
                    "Matrix of the share of each value at the first, second and later purchases."
                ),
                form=lambda share: fmt.percent(share, 0),
                xlabel=t("number of the purchase"),
            ),
            subtitle=t(
                "Main {column} of a purchase day; n = {n} customers at the first purchase",
                column=t(COLUMNS[path.column]),
                n=fmt.count(path.steps["n"].iloc[0]),
            ),
            note=t(
                "Only customers with that many purchases stand in a column: those on the right are the "
                "frequent ones."
            ),
            numbers=pd.concat([stay, strong]).assign(
                value_name=lambda rows: [named_value(report, value) for value in rows["value"]],
                next_name=lambda rows: [named_value(report, value) for value in rows["following"]],
            ),
            columns={
                "value_name": t("From"),
                "next_name": t("to the next purchase"),
                "n": (t("Moves"), fmt.count),
                "share": (t("Share"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
                "usual": (t("usual"), fmt.percent),
                "lift": (t("Ratio to the usual"), lambda lift: fmt.number(lift, 2)),
            },
        )


def show_baskets(report, products):
    """Pairs bought together beyond what baskets of their size lead one to expect."""
    t, fmt = report.t, report.fmt
    found = None if products is None else products.baskets
    if found is None:
        return
    if found.several < 30:
        report.text(
            t("Too few baskets with two products or more to tell what is bought together ({n}).",
              n=fmt.count(found.several))
        )  # fmt: skip
        return
    clear = found.pairs[found.pairs["clear"]]
    if not len(clear):
        report.text(
            t("No pair of products is bought together more often than baskets of their size lead one to "
              "expect ({n} pairs judged).", n=fmt.count(len(found.pairs)))
        )  # fmt: skip
        return
    shown = clear.head(MOST).assign(
        pair=lambda rows: [
            t("{first} + {second}", first=first, second=second)
            for first, second in zip(rows["first"], rows["second"], strict=True)
        ]
    )

    def times(lift):
        return fmt.number(lift, 1)

    top = shown.iloc[0]
    report.figure(
        charts.plot_intervals(
            shown,
            label="pair",
            value="lift_same_size",
            low="same_low",
            high="same_high",
            reference=1.0,
            reference_label=t("as expected"),
            form=times,
            title=t(
                "{first} and {second}: together {times} times as often as expected",
                first=top["first"],
                second=top["second"],
                times=times(top["lift_same_size"]),
            ),
            alt=t(
                "Pairs of products with the ratio of observed to expected baskets, with intervals."
            ),
        ),
        subtitle=t(
            "Observed over expected within baskets of one size; {n} baskets, {pairs} pairs judged",
            n=fmt.count(found.baskets),
            pairs=fmt.count(len(found.pairs)),
        ),
        note=t(
            "The usual lift stands in the table: it also counts that large baskets hold much of everything. "
            "Pairs in fewer than 20 baskets are not judged; of the pairs called, at most one in twenty is "
            "expected to be chance."
        ),
        numbers=shown,
        columns={
            "pair": t("Pair"),
            "baskets": (t("Baskets with both"), fmt.count),
            "support": (t("Support"), lambda share: fmt.percent(share, 2)),
            "support_low": (t("Interval from"), lambda share: fmt.percent(share, 2)),
            "support_high": (t("to"), lambda share: fmt.percent(share, 2)),
            "confidence": (t("of baskets with the first"), fmt.percent),
            "lift": (t("Lift"), times),
            "low": (t("Interval from"), times),
            "high": (t("to"), times),
            "lift_same_size": (t("Within one size"), times),
        },
    )
