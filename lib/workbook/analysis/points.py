"""Points of a loyalty programme: earned, used, expired, and how many of those open will be used."""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import interval
from workbook.analysis.points_lags import BLOCKS, lag_shares, point_flows

__all__ = ["PointsStudy", "points_by_month", "points_study"]

FEWEST = 30  # members with points for a share to be spoken of
DRAWS = 300
TAIL = 1 / 3  # last part of the ages seen whose pace is taken to go on


@dataclass(frozen=True)
class PointsStudy:
    """Points of a programme on a day.

    Attributes
    ----------
    members : int
        Customers who have earned points.
    earned, redeemed, expired, open : float
        Points so far; open are those left (below 0 when more were used than earned).
    curve : DataFrame
        month (of age), redeemed, expired (shares by its end), low, high (of redeemed), earned
        (points of at least that age).
    ultimate, ultimate_low, ultimate_high : float or None
        Share of points that is redeemed within their life.
    seen_low, seen_high : float or None
        The same, if nothing (everything) left at the oldest age seen were redeemed.
    to_redeem, to_redeem_low, to_redeem_high : float or None
        Of the open points, those expected to be redeemed.
    oldest_month : int
        Oldest age told.
    """

    members: int
    earned: float
    redeemed: float
    expired: float
    open: float
    curve: pd.DataFrame
    ultimate: float | None
    ultimate_low: float | None
    ultimate_high: float | None
    seen_low: float | None
    seen_high: float | None
    to_redeem: float | None
    to_redeem_low: float | None
    to_redeem_high: float | None
    oldest_month: int


def points_study(
    points: ir.Table,
    *,
    as_of: date,
    life_months: int = 36,
    confidence: float = 0.95,
    draws: int = DRAWS,
    seed: int = 0,
) -> PointsStudy | None:
    """What becomes of points, from how redemptions follow earnings.

    Parameters
    ----------
    points : ibis.Table
        customer_id, at (time), kind (earn, redeem, expire), points (without sign); none after as_of.
    life_months : int
        Age at which a point still open counts as never used.

    Returns
    -------
    PointsStudy or None
        None without points earned. Shares are None below 30 members, or when all points are young.

    Notes
    -----
    Shares by age from `points_lags.lag_shares`, so that young points do not pass for unused ones.
    Beyond the oldest age told, points left go on at the pace of the last third of ages up to
    `life_months`. Members are drawn again, in blocks.
    """
    flows = point_flows(points, as_of=as_of)
    if flows is None:
        return None
    known = {
        "members": flows.members,
        "earned": flows.earned,
        "redeemed": flows.redeemed,
        "expired": flows.expired,
        "open": flows.earned - flows.redeemed - flows.expired,
        "oldest_month": flows.lags,
    }
    if flows.members < FEWEST or flows.lags < 2:
        names = ("ultimate", "ultimate_low", "ultimate_high", "seen_low", "seen_high", "to_redeem",
                 "to_redeem_low", "to_redeem_high")  # fmt: skip
        return PointsStudy(curve=pd.DataFrame(), **known, **dict.fromkeys(names))
    rng = np.random.default_rng(seed)
    weights = rng.multinomial(BLOCKS, np.full(BLOCKS, 1 / BLOCKS), size=draws)
    drawn = [
        lag_shares(np.tensordot(w, flows.products, 1), np.tensordot(w, flows.follow, 1))
        for w in weights
    ]
    shares = lag_shares(flows.products.sum(axis=0), flows.follow.sum(axis=0))
    actual = _outcome(shares, flows.by_age, known["open"], life_months)
    outcomes = np.array([_outcome(s, flows.by_age, known["open"], life_months) for s in drawn])
    low, high = interval(outcomes, confidence=confidence)
    low, high = np.minimum(low, actual), np.maximum(high, actual)
    redeemed, expired = shares.cumsum(axis=0).T
    band = interval(np.array(drawn)[:, :, 0].cumsum(axis=1), confidence=confidence)
    curve = pd.DataFrame(
        {
            "month": np.arange(1, flows.lags + 1),
            "redeemed": redeemed,
            "expired": expired,
            "low": np.minimum(band[0], redeemed),
            "high": np.maximum(band[1], redeemed),
            "earned": flows.by_age[::-1].cumsum()[::-1][: flows.lags],
        }
    )
    return PointsStudy(
        **known,
        curve=curve,
        ultimate=float(actual[0]),
        ultimate_low=float(low[0]),
        ultimate_high=float(high[0]),
        seen_low=float(redeemed[-1]),
        seen_high=float(1 - expired[-1]),
        to_redeem=float(actual[1]),
        to_redeem_low=float(low[1]),
        to_redeem_high=float(high[1]),
    )


def _outcome(shares, by_age, open_points, life):
    """Share redeemed within a point's life, and open points still to be redeemed."""
    lags = len(shares)
    redeemed, expired = shares.cumsum(axis=0).T
    left = np.clip(1 - redeemed - expired, 0, 1)
    tail = slice(lags - max(1, int(np.ceil(lags * TAIL))), lags)
    exposed = max(np.r_[1.0, left][tail].sum(), 1e-12)
    pace, gone = shares[tail].sum(axis=0) / exposed
    by_month, still = np.zeros(life + 1), float(left[-1])
    for month in range(life):
        if month < lags:
            by_month[month + 1] = redeemed[month]
        else:
            by_month[month + 1] = by_month[month] + still * min(pace, 1.0)
            still *= max(1 - pace - gone, 0.0)
    ages = np.minimum(np.arange(len(by_age)) + 1, life)
    to_come = float(by_age @ (by_month[-1] - by_month[ages]))
    return np.array([by_month[-1], min(max(to_come, 0.0), max(open_points, 0.0))])


def points_by_month(points: ir.Table) -> pd.DataFrame:
    """Points earned, redeemed, expired per month and open at its end: month, earn, redeem, expire,
    open (points)."""
    rows = points.mutate(month=points.at.truncate("M"), points=points.points.abs())
    sums = rows.group_by("month").aggregate(
        **{
            k: rows.points.sum(where=rows.kind == k).fill_null(0.0)
            for k in ("earn", "redeem", "expire")
        }
    )
    table = sums.order_by("month").to_pandas()
    table["month"] = pd.to_datetime(table["month"])
    if len(table):
        months = pd.date_range(table["month"].min(), table["month"].max(), freq="MS")
        table = table.set_index("month").reindex(months, fill_value=0.0)
        table = table.rename_axis("month").reset_index()
    table["open"] = (table["earn"] - table["redeem"] - table["expire"]).cumsum()
    return table
