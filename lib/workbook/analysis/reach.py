"""How far a firm reaches into places: customers and money per head, and places it serves less."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.blocks import block_draws

__all__ = ["population_of", "reach_by_place"]

FEWEST = 30  # buyers; below that a place is named, not judged


def population_of(figures, places):
    """People per place: the last population figure of each place that the market table names.

    Parameters
    ----------
    figures : MarketFigures
    places : list of str

    Returns
    -------
    pandas.Series
        People by place; empty where fewer than two places have a figure.
    """
    rows = figures.of("population")
    rows = rows[rows["value"] > 0]
    by_name = {}
    for column in ("entity", "segment", "country"):
        named = rows[rows[column].isin(list(places))]
        if len(named):
            last = named[named["period"] == named.groupby(column)["period"].transform("max")]
            by_name = last.groupby(column)["value"].sum().to_dict() | by_name
    found = pd.Series(by_name, dtype=float)
    return found if len(found) > 1 else found.iloc[:0]


def reach_by_place(sums, population, *, confidence=0.95, draws=1000, seed=0):
    """Buyers and money of the last 12 months per head of each place, against all of them.

    Parameters
    ----------
    sums : PlaceSums
    population : pandas.Series
        People by place.

    Returns
    -------
    pandas.DataFrame
        place, people, buyers, amount (money), per_100k (buyers per 100,000 people) with low and
        high, per_head (money per 1,000 people) with per_head_low, per_head_high, index (per_head over that of all places),
        gap (money a year that would come if this place's money per head were that of all; 0 or
        more), gap_low80, gap_high80, p (of the index, Holm over places), enough; most served first.

    Notes
    -----
    Blocks of customers are drawn again. A gap is arithmetic, no forecast: places differ in income,
    shops and climate as well.
    """
    columns = ["place", "people", "buyers", "amount", "per_100k", "low", "high", "per_head", "per_head_low",
               "per_head_high", "index", "gap", "gap_low80", "gap_high80", "p", "enough"]  # fmt: skip
    bought, money = sums.wide("buyers"), sums.wide("amount")
    places = [p for p in bought.columns if p in population.index]
    if len(places) < 2 or not bought[places].to_numpy().sum() > 0:
        return pd.DataFrame(columns=columns)
    people = population.reindex(places).to_numpy(float)
    n = len(places)
    wide = pd.DataFrame(np.hstack([bought[places].to_numpy(), money[places].to_numpy()]))
    drawn = block_draws(wide, draws=draws, seed=seed)
    count, amount = wide.sum().to_numpy()[:n], wide.sum().to_numpy()[n:]
    drawn_count, drawn_amount = drawn[:, :n], drawn[:, n:]
    edges = [(1 - confidence) / 2, (1 + confidence) / 2]
    with np.errstate(all="ignore"):
        rate_low, rate_high = np.quantile(drawn_count, edges, axis=0) / people * 1e5
        head_low, head_high = np.quantile(drawn_amount, edges, axis=0) / people * 1e3
        all_heads = amount.sum() / people.sum()
        drawn_all = drawn_amount.sum(axis=1, keepdims=True) / people.sum()
        gaps = (drawn_all - drawn_amount / people) * people
        apart = drawn_amount / people - drawn_all
        z = (amount / people - all_heads) / apart.std(axis=0, ddof=1)
    gap = (all_heads - amount / people) * people
    table = pd.DataFrame({"place": places, "people": people, "buyers": count.astype(int), "amount": amount})  # fmt: skip
    table["per_100k"], table["low"], table["high"] = count / people * 1e5, rate_low, rate_high
    table["per_head"] = amount / people * 1e3
    table["per_head_low"], table["per_head_high"] = head_low, head_high
    table["index"] = amount / people / all_heads if all_heads else np.nan
    table["gap"] = np.maximum(gap, 0.0)
    low80, high80 = np.quantile(gaps, [0.1, 0.9], axis=0)
    table["gap_low80"], table["gap_high80"] = np.maximum(low80, 0.0), np.maximum(high80, 0.0)
    table["enough"] = table["buyers"] >= FEWEST
    raw = pd.Series(np.where(table["enough"], 2 * norm.sf(np.abs(z)), np.nan))
    ordered = raw.dropna().sort_values()
    steps = (ordered * np.arange(len(ordered), 0, -1)).cummax().clip(upper=1.0)
    table["p"] = steps.reindex(raw.index).to_numpy()
    return table.sort_values(["per_head", "place"], ascending=[False, True], ignore_index=True)[columns]  # fmt: skip
