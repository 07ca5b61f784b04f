"""How far a firm reaches into places: customers and money per head, and places it serves less."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.blocks import block_draws
from workbook.analysis.group_survival import holm
from workbook.analysis.place_sums import PLACES

__all__ = ["column_with_population", "population_of", "reach_by_place"]

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


def column_with_population(customers, figures):
    """The column of customers whose places the population figures name most often; None below two."""
    best = (1, None)
    for column in [c for c in PLACES if c in customers.columns]:
        named = customers.select(place=customers[column].cast("string")).distinct().limit(10_000)
        known = len(population_of(figures, named.to_pandas()["place"].dropna()))
        if known > best[0]:
            best = known, column
    return best[1]


def reach_by_place(sums, population, *, confidence=0.95, draws=1000, seed=0):
    """Buyers of the last 12 months per head of each place, against all of them.

    Parameters
    ----------
    sums : PlaceSums
    population : pandas.Series
        People by place.

    Returns
    -------
    pandas.DataFrame
        place, people, buyers, amount (money), per_100k (buyers per 100,000 people) with low and
        high, index (per_100k over that of all places), missing (buyers more at the level of all
        places; 0 or more), gap (what they would spend a year, each as much as buyers of all places do
        on average) with gap_low80, gap_high80, p (of the index, Holm over places), enough; most
        served first.

    Notes
    -----
    Blocks of customers are drawn again. A gap is arithmetic, no forecast: places differ in income,
    shops and climate as well.
    """
    columns = ["place", "people", "buyers", "amount", "per_100k", "low", "high", "index", "missing", "gap",
               "gap_low80", "gap_high80", "p", "enough"]  # fmt: skip
    bought, money = sums.wide("buyers"), sums.wide("amount")
    places = [p for p in bought.columns if p in population.index]
    if len(places) < 2 or not bought[places].to_numpy().sum() > 0:
        return pd.DataFrame(columns=columns)
    people = population.reindex(places).to_numpy(float)
    n = len(places)
    wide = pd.DataFrame(np.hstack([bought[places].to_numpy(), money[places].to_numpy()]))
    drawn = block_draws(wide, draws=draws, seed=seed)

    def gaps(count, amount):
        everywhere = count.sum(-1, keepdims=True) / people.sum()
        each = amount.sum(-1, keepdims=True) / count.sum(-1, keepdims=True)
        missing = everywhere * people - count
        return missing, missing * each, count / people - everywhere

    total = wide.sum().to_numpy()
    count, amount = total[:n], total[n:]
    with np.errstate(all="ignore"):
        missing, gap, apart = gaps(count, amount)
        _, drawn_gap, drawn_apart = gaps(drawn[:, :n], drawn[:, n:])
        z = apart / drawn_apart.std(axis=0, ddof=1)
    edges = [(1 - confidence) / 2, (1 + confidence) / 2]
    low, high = np.quantile(drawn[:, :n], edges, axis=0) / people * 1e5
    low80, high80 = np.nanquantile(drawn_gap, [0.1, 0.9], axis=0)
    table = pd.DataFrame({"place": places, "people": people, "buyers": count.astype(int), "amount": amount})  # fmt: skip
    table["per_100k"], table["low"], table["high"] = count / people * 1e5, low, high
    table["index"] = count / people / (count.sum() / people.sum())
    table["missing"], table["gap"] = np.maximum(missing, 0.0), np.maximum(gap, 0.0)
    table["gap_low80"], table["gap_high80"] = np.maximum(low80, 0.0), np.maximum(high80, 0.0)
    table["enough"] = table["buyers"] >= FEWEST
    table["p"] = holm(np.where(table["enough"], 2 * norm.sf(np.abs(z)), np.nan))
    return table.sort_values(["per_100k", "place"], ascending=[False, True], ignore_index=True)[columns]  # fmt: skip
