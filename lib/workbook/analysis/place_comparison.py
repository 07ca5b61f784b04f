"""Places beside each other: money and growth, and in what their customers differ from those of the rest."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.blocks import block_draws
from workbook.analysis.group_survival import holm
from workbook.analysis.place_sums import OTHER

__all__ = ["RATES", "mix_differences", "place_table", "rate_differences"]

FEWEST = 30
MOST_APART = 20  # places taken apart before the others are compared
#: Rates of a place: name -> (above, below) of `PlaceSums.totals`.
RATES = {
    "order_value": ("gross", "orders"),
    "orders_per_buyer": ("orders", "buyers"),
    "returned": ("returned", "bought"),
    "late": ("late", "delivered"),
    "discount": ("discount", "list_amount"),
}


def place_table(sums, *, confidence=0.95, draws=1000, seed=0):
    """Every place in the last 12 months.

    Returns
    -------
    pandas.DataFrame
        place, buyers, amount (net money), share (of the money of all places), per_buyer (money per
        buyer) with low, high, before (money of the 12 months before), growth (relative) with
        growth_low, growth_high (NaN without a year before), enough; largest first.
    """
    columns = ["place", "buyers", "amount", "share", "per_buyer", "low", "high", "before", "growth",
               "growth_low", "growth_high", "enough"]  # fmt: skip
    parts = [sums.wide("amount"), sums.wide("buyers"), sums.wide("amount", now=False)]
    n, places = parts[0].shape[1], list(parts[0].columns)
    wide = pd.DataFrame(np.hstack([p.to_numpy() for p in parts]))
    drawn = block_draws(wide, draws=draws, seed=seed)
    amount, buyers, before = np.split(wide.sum().to_numpy(), [n, 2 * n])
    d_amount, d_buyers, d_before = np.split(drawn, [n, 2 * n], axis=1)
    edges = [(1 - confidence) / 2, (1 + confidence) / 2]
    with np.errstate(all="ignore"):
        per = np.quantile(np.where(d_buyers > 0, d_amount / d_buyers, np.nan), edges, axis=0)
        grown = np.quantile(np.where(d_before > 0, d_amount / d_before - 1, np.nan), edges, axis=0)
        table = pd.DataFrame(
            {"place": places, "buyers": buyers.astype(int), "amount": amount,
             "share": amount / amount.sum() if amount.sum() else np.nan, "per_buyer": amount / buyers,
             "low": per[0], "high": per[1], "before": before,
             "growth": np.where(before > 0, amount / before - 1, np.nan),
             "growth_low": grown[0], "growth_high": grown[1]}
        )  # fmt: skip
    table["enough"] = table["buyers"] >= FEWEST
    table = table[(table["buyers"] > 0) | (table["before"] > 0)]
    return table.sort_values(["amount", "place"], ascending=[False, True], ignore_index=True)[columns]  # fmt: skip


def _against_rest(sums, drawn, pool):
    """Ratios of every place and of the other places of the pool, and the error of their difference.

    `sums` and `drawn` hold what stands above and then what stands below, a column per place.
    """
    n, inside = len(pool), pool.astype(float)

    def ratios(values):
        top, bottom = values[..., :n], values[..., n:]
        rest = [(part * inside).sum(-1, keepdims=True) - part * inside for part in (top, bottom)]
        with np.errstate(all="ignore"):
            return top / bottom, rest[0] / rest[1]

    own, rest = ratios(sums)
    d_own, d_rest = ratios(drawn)
    with np.errstate(all="ignore"):
        moved = d_own - d_rest
    moved = np.where(np.isfinite(moved), moved, np.nan)
    known = np.isfinite(moved).sum(axis=0) > len(drawn) // 2
    error = np.full(n, np.nan)
    if known.any():
        error[known] = np.nanstd(moved[:, known], axis=0, ddof=1)
    return own, rest, error


def _peeled(above, below, *, draws, seed, level=0.0005):
    """Every place against the others, those that differ most left out of the others' comparison.

    Otherwise one place that differs would make all others differ from "the rest".
    """
    n = above.shape[1]
    wide = pd.DataFrame(np.hstack([above.to_numpy(), below.to_numpy()]))
    sums, drawn = wide.sum().to_numpy(), block_draws(wide, draws=draws, seed=seed)
    pool, found = np.ones(n, bool), {}
    while True:
        own, rest, error = _against_rest(sums, drawn, pool)
        with np.errstate(all="ignore"):
            p = 2 * norm.sf(np.abs(own - rest) / error)
        waiting = np.where(pool & np.isfinite(p), p, np.inf)
        worst = int(waiting.argmin())
        if pool.sum() <= 2 or not waiting[worst] < level or len(found) >= MOST_APART:
            break
        found[worst] = own[worst], rest[worst], error[worst], p[worst]
        pool[worst] = False
    return [found.get(i, (own[i], rest[i], error[i], p[i])) for i in range(n)]


def rate_differences(sums, *, confidence=0.95, draws=400, seed=0):
    """In what the customers of each place differ from those of all other places.

    Returns
    -------
    pandas.DataFrame
        place, rate (a key of `RATES`), value, rest, difference, low, high, p (Holm over all), enough;
        rates whose columns are not known are left out; lowest p first.

    Notes
    -----
    Blocks of customers are drawn again, p by the normal distribution. A place that differs clearly is
    left out of what the others are compared with. Differences are described, not explained.
    """
    z = norm.ppf(0.5 + confidence / 2)
    buyers = sums.wide("buyers").sum()
    rows = []
    for name, (above, below) in RATES.items():
        top = _gross(sums) if above == "gross" else sums.wide(above)
        bottom = sums.wide(below)
        if not bottom.to_numpy().sum() > 0 or not top.to_numpy().sum() > 0:
            continue
        peeled = _peeled(top, bottom, draws=draws, seed=seed)
        for place, (own, rest, error, p) in zip(top.columns, peeled, strict=True):
            enough = buyers[place] >= FEWEST and error > 0
            gap, half = own - rest, z * error
            p = p if enough else np.nan
            rows.append((place, name, own, rest, gap, gap - half, gap + half, p, enough))
    columns = ["place", "rate", "value", "rest", "difference", "low", "high", "p", "enough"]
    return _adjusted(pd.DataFrame(rows, columns=columns))


def _gross(sums):
    """Money of bought lines: list amount less discount."""
    return sums.wide("list_amount") - sums.wide("discount")


def mix_differences(sums, column, *, confidence=0.95, draws=400, seed=0):
    """Shares of a category or channel in each place against all other places.

    Parameters
    ----------
    column : {"category", "channel"}

    Returns
    -------
    table : pandas.DataFrame
        place, value ("" the smaller ones together), share, rest, difference (0-1), low, high, p
        (Holm over all), enough.
    distance : pandas.Series
        Per place, half the sum of absolute differences: the share of money spent otherwise.
    """
    columns = ["place", "value", "share", "rest", "difference", "low", "high", "p", "enough"]
    mix = sums.mix.get(column)
    if mix is None or mix.empty or mix["value"].nunique() < 2:
        return pd.DataFrame(columns=columns), pd.Series(dtype=float)
    z = norm.ppf(0.5 + confidence / 2)
    buyers = sums.wide("buyers").sum()
    whole = _wide(mix, buyers.index)
    rows = []
    for value in sorted(mix["value"].unique(), key=lambda v: (v == OTHER, v)):
        part = _wide(mix[mix["value"] == value], buyers.index)
        peeled = _peeled(part, whole, draws=draws, seed=seed)
        for place, (own, rest, error, p) in zip(whole.columns, peeled, strict=True):
            enough = buyers[place] >= FEWEST and error > 0
            gap, half = own - rest, z * error
            p = p if enough else np.nan
            rows.append((place, value, own, rest, gap, gap - half, gap + half, p, enough))
    table = _adjusted(pd.DataFrame(rows, columns=columns))
    distance = table.groupby("place")["difference"].apply(lambda d: float(d.abs().sum() / 2))
    return table, distance.sort_values(ascending=False, kind="stable")


def _wide(mix, places):
    table = mix.pivot_table(
        index="block", columns="place", values="amount", aggfunc="sum", fill_value=0.0
    )
    return table.reindex(index=range(100), columns=places, fill_value=0.0).astype(float)


def _adjusted(table):
    return table.assign(p=holm(table["p"])).sort_values("p", na_position="last", kind="stable", ignore_index=True)  # fmt: skip
