"""Cost, value and repeat purchases of new customers together: what each of them moves."""

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.channel_value import FEWEST
from workbook.analysis.intervals import interval

__all__ = ["FACTORS", "balance_cells", "budget_shift", "tornado", "weak_points"]

#: What is left of a new customer after a year is made of these.
FACTORS = ("cac", "first_value", "repeats", "repeat_value", "margin")
DRAWS = 1000


def balance_cells(year: ir.Table) -> pd.DataFrame:
    """Sums over blocks of customers: block, channel (key or None), customers, first_revenue, repeats,
    repeat_revenue, kept; `year` from `first_year.first_year`."""
    cells = year.group_by("block", "channel").aggregate(
        customers=year.count(),
        first_revenue=year.first_revenue.sum(),
        repeats=year.repeats.sum(),
        repeat_revenue=(year.revenue - year.first_revenue).sum(),
        kept=year.kept.sum(),
    )
    return cells.order_by("block", "channel").to_pandas()


def tornado(
    cells: pd.DataFrame, cac: float, customers: float, *, spread=1.0, change=0.10, seed=0
) -> pd.DataFrame:
    """What a new customer leaves in the first year when one factor moves and the others stay.

    Parameters
    ----------
    cells : pandas.DataFrame
        From `balance_cells`.
    cac, customers : float
        Money per new customer, and the customers it rests on.
    spread : float
        Dispersion of customers per money.
    change : float
        Each factor moves by this share, down and up.

    Returns
    -------
    pandas.DataFrame
        factor (of `FACTORS`), value (cac, first_value, repeat_value: money; repeats: purchase days;
        margin: share), low80, high80, worse, better (money left when the factor moves by `change`
        to its bad and its good side), swing (better - worse), at_low80, at_high80 (money left at the
        ends of the interval), base (money left). Largest swing first; empty with fewer than 30
        customers.

    Notes
    -----
    left = margin x (first_value + repeats x repeat_value) - cac. The margin is what was kept over
    revenue, returns taken off.
    """
    columns = ["factor", "value", "low80", "high80", "worse", "better", "swing", "at_low80", "at_high80",
               "base"]  # fmt: skip
    names = ["customers", "first_revenue", "repeats", "repeat_revenue", "kept"]
    n = float(cells["customers"].sum()) if len(cells) else 0.0
    if n < FEWEST or not np.isfinite(cac):
        return pd.DataFrame(columns=columns)
    blocks = cells.groupby("block")[names].sum().to_numpy(float)
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(len(blocks), np.full(len(blocks), 1 / len(blocks)), size=DRAWS)
    here = _factors(blocks.sum(axis=0)[None, :], cac)
    drawn = _factors(weights @ blocks, cac * customers / (spread * rng.gamma(customers / spread, size=DRAWS)))  # fmt: skip
    base = float(_left(here)[0])
    rows = []
    for name in FACTORS:
        value = float(here[name][0])
        low, high = interval(drawn[name], confidence=0.8)
        low, high = float(np.fmin(low, value)), float(np.fmax(high, value))
        moved = [
            float(_left(here | {name: np.array([value * (1 + s * change)])})[0]) for s in (-1, 1)
        ]
        ends = [float(_left(here | {name: np.array([end])})[0]) for end in (low, high)]
        rows.append(
            (name, value, low, high, min(moved), max(moved), abs(moved[1] - moved[0]), *ends, base)
        )
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("swing", ascending=False, kind="stable", ignore_index=True)


def _factors(sums, cac):
    n, first, repeats, repeat, kept = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        revenue = first + repeat
        return {
            "cac": np.broadcast_to(np.asarray(cac, float), n.shape), "first_value": first / n,
            "repeats": repeats / n, "repeat_value": np.where(repeats > 0, repeat / repeats, 0.0),
            "margin": np.where(revenue > 0, kept / revenue, 0.0),
        }  # fmt: skip


def _left(f):
    return f["margin"] * (f["first_value"] + f["repeats"] * f["repeat_value"]) - f["cac"]


def weak_points(
    costs: pd.DataFrame, paid: list, again: pd.DataFrame, alike: pd.DataFrame
) -> pd.DataFrame:
    """Each channel's cost, value and repeat purchases beside all channels, and where it is weakest.

    Parameters
    ----------
    costs : pandas.DataFrame
        From `acquisition_cost.cac_table`.
    paid : list of payback.Payback
    again : pandas.DataFrame
        From `channel_value.buy_again`.
    alike : pandas.DataFrame
        From `channel_value.like_for_like`.

    Returns
    -------
    pandas.DataFrame
        channel (key), cac, value, ratio, ratio_low, ratio_high, net, net_low, net_high, share (buying
        again in 180 days), index (value like for like), verdict ("pays", "loses": the interval of net on one side of 0;
        "unclear"), weak ("cac", "value", "again", or "" where no interval stands clearly on the bad
        side of all). In the order of `costs`.
    """
    columns = ["channel", "cac", "value", "ratio", "ratio_low", "ratio_high", "net", "net_low", "net_high",
               "share", "index", "verdict", "weak"]  # fmt: skip
    if costs.empty or not paid or again is None or alike is None:
        return pd.DataFrame(columns=columns)
    whole = costs[costs["row"] == "blended"].iloc[0]
    by_key = {one.channel: one for one in paid}
    shares, indices = again.set_index("channel"), alike.set_index("channel")
    usual = shares["share"].iloc[0] if len(shares) else np.nan
    rows = []
    for row in costs[(costs["row"] == "channel") & costs["cac"].notna()].itertuples():
        one = by_key.get(row.channel)
        if one is None or row.channel is None:
            continue
        back = shares.loc[row.channel] if row.channel in shares.index else None
        like = indices.loc[row.channel] if row.channel in indices.index else None
        weak = {
            "cac": np.log(row.cac / whole["cac"]) if row.low > whole["cac"] else 0.0,
            "value": -np.log(like["index"]) if like is not None and like["high"] < 1 else 0.0,
            "again": np.log(usual / back["share"]) if back is not None and 0 < back["high"] < usual else 0.0,
        }  # fmt: skip
        worst = max(weak, key=weak.get)
        verdict = "pays" if one.net_low > 0 else "loses" if one.net_high < 0 else "unclear"
        rows.append((
            row.channel, row.cac, one.value, one.ratio, one.ratio_low, one.ratio_high, one.net, one.net_low,
            one.net_high, np.nan if back is None else back["share"], np.nan if like is None else like["index"],
            verdict, worst if weak[worst] > 0 else "",
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def budget_shift(
    costs: pd.DataFrame,
    alike: pd.DataFrame,
    kept: pd.DataFrame,
    *,
    spread=1.0,
    confidence=0.95,
    level=0.05,
) -> dict | None:
    """The two channels between which a part of the budget stands for most, where that is clear.

    Parameters
    ----------
    costs, alike, kept : pandas.DataFrame
        From `acquisition_cost.cac_table`, `channel_value.like_for_like`, `channel_value.channel_values`.
    spread : float
        Dispersion of customers per money.
    level : float
        Chance that any pair seems to differ where none does (Bonferroni over pairs).

    Returns
    -------
    dict or None
        worst, best (channel keys), budget (money a year: a tenth of the worst's, at most a fifth of the
        best's spend, for beyond that nobody has seen what the best brings), ratio, low, high (customers per money, weighed by
        value like for like, best over worst), money, money_low, money_high (kept a year, 80 %). None
        when no pair of channels differs clearly.

    Notes
    -----
    Customers per money of a channel = index / cac; a customer of index 1 is worth the mean of all, so
    that a few large customers which one channel happened to win don't decide. Averages, not margins.
    """
    rows = costs[(costs["row"] == "channel") & costs["cac"].notna() & costs["channel"].notna()]
    rows = rows.merge(
        alike[["channel", "index", "low", "high"]], on="channel", suffixes=("", "_index")
    )
    rows = rows[(rows["index"] > 0) & (rows["customers"] >= FEWEST) & (rows["low_index"] > 0)]
    whole = kept[kept["type"].isna() & kept["channel"].isna()]
    if len(rows) < 2 or not len(whole) or not whole["mean"].iloc[0] > 0:
        return None
    z = norm.ppf(0.5 + confidence / 2)
    rows = rows.assign(
        rate=rows["index"] / rows["cac"],
        error=np.sqrt((np.log(rows["high_index"] / rows["low_index"]) / (2 * z)) ** 2 + spread / rows["customers"]),
    )  # fmt: skip
    best, worst = rows.loc[rows["rate"].idxmax()], rows.loc[rows["rate"].idxmin()]
    gap, error = np.log(best["rate"] / worst["rate"]), np.hypot(best["error"], worst["error"])
    pairs = len(rows) * (len(rows) - 1) / 2
    if not 2 * norm.sf(gap / error) < level / pairs:
        return None
    budget = float(min(worst["amount"] / 10, best["amount"] / 5))
    mean, mean_error = (
        whole["mean"].iloc[0],
        whole["sd"].iloc[0] / np.sqrt(whole["customers"].iloc[0]),
    )
    more = budget * (best["rate"] - worst["rate"])
    more_error = budget * np.hypot(best["rate"] * best["error"], worst["rate"] * worst["error"])
    half = norm.ppf(0.9) * np.hypot(more * mean_error, more_error * mean)
    return {
        "worst": worst["channel"], "best": best["channel"], "budget": budget, "ratio": float(np.exp(gap)),
        "low": float(np.exp(gap - z * error)), "high": float(np.exp(gap + z * error)),
        "money": float(more * mean), "money_low": max(float(more * mean - half), 0.0),
        "money_high": float(more * mean + half),
    }  # fmt: skip
