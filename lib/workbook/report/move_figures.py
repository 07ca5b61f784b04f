"""Migration between tiers and classes, as figures of the grading report."""

import numpy as np
import pandas as pd

from . import charts
from .grading_words import SHORT, share_range

__all__ = ["show_moves"]


def show_moves(report, counts, rates, *, title_of, levels):
    """A migration matrix as a heatmap, with the shares that rose, stayed and fell.

    Parameters
    ----------
    counts : DataFrame
        From `abc_classes.moves`.
    rates : DataFrame
        From `abc_classes.move_rates`.
    title_of : str
        What the levels are of, for the title.
    levels : dict
        Level to its word.
    """
    t, fmt = report.t, report.fmt
    if counts is None:
        report.text(
            t("{what}: not enough data, fewer than 30 customers stand on both days.", what=title_of)
        )
        return
    total = int(counts.to_numpy().sum())
    if total < 30:
        report.text(
            t("{what}: not enough data, fewer than 30 customers stand on both days.", what=title_of)
        )
        return
    values = counts.to_numpy()
    rose = sum(values[i, :i].sum() for i in range(len(values)))
    fell = sum(values[i, i + 1 :].sum() for i in range(len(values)))
    names = [t(levels[code]) for code in counts.index]
    short = [t(SHORT[code]) for code in counts.index]
    matrix = pd.DataFrame(values / np.maximum(values.sum(axis=1, keepdims=True), 1), index=names, columns=short)  # fmt: skip
    matrix[values.sum(axis=1) == 0] = np.nan
    report.figure(
        charts.plot_heatmap(
            matrix,
            title=t(
                "{what}: {rose} of {n} customers rose, {fell} fell",
                what=title_of, rose=fmt.count(rose), fell=fmt.count(fell), n=fmt.count(total),
            ),
            alt=t("A matrix: shares of the customers of each level a year before by level now."),
            form=lambda v: fmt.percent(v, 0),
            xlabel=t("now"),
            ylabel=t("a year before"),
        ),
        subtitle=t("Customers known on both days, {n}", n=fmt.count(total)),
        note=t(
            "Some who were on top after a good year fall back by chance alone, and some from below rise: "
            "compare the shares with those of other years before taking them for a trend."
        ),
        numbers=rates.assign(
            name=[t(levels[code]) for code in rates["level"]],
            rose_range=[share_range(report, r, "rose_low", "rose_high") for _, r in rates.iterrows()],
            fell_range=[share_range(report, r, "fell_low", "fell_high") for _, r in rates.iterrows()],
        ),
        columns={
            "name": t("Level a year before"),
            "customers": (t("Customers"), fmt.count),
            "rose": (t("Rose"), fmt.percent),
            "rose_range": t("Interval"),
            "stayed": (t("Stayed"), fmt.percent),
            "fell": (t("Fell"), fmt.percent),
            "fell_range": t("Interval"),
        },
    )  # fmt: skip
