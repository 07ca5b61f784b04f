"""Points of a loyalty programme: earned, used, expired, and how many of those open will be used."""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.intervals import interval
from workbook.analysis.points_lots import point_exits

__all__ = ["PointsStudy", "points_by_month", "points_study", "redemption_curve"]

FEWEST = 30  # members with points for a share to be spoken of
DRAWS = 400
TAIL = 1 / 3  # last part of the ages seen whose pace is taken to go on


@dataclass(frozen=True)
class PointsStudy:
    """Points of a programme on a day.

    Attributes
    ----------
    members : int
        Customers who have earned points.
    earned, redeemed, expired, open : float
        Points so far; open are those left. uncovered: used without having been earned.
    curve : DataFrame
        month (age), redeemed, expired, low, high (of redeemed), at_risk (points); see
        `redemption_curve`.
    ultimate, ultimate_low, ultimate_high : float or None
        Share of an earned point's value that is redeemed within its life.
    seen_low, seen_high : float or None
        The same, if nothing (everything) left at the oldest age seen were redeemed.
    to_redeem, to_redeem_low, to_redeem_high : float or None
        Of the open points, those expected to be redeemed.
    oldest_month : int
        Oldest age seen.
    """

    members: int
    earned: float
    redeemed: float
    expired: float
    open: float
    uncovered: float
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
    """What becomes of points, oldest used first.

    Parameters
    ----------
    points : ibis.Table
        customer_id, at (time), kind (earn, redeem, expire), points (without sign); none after as_of.
    life_months : int
        Age at which a point still open counts as never used.

    Returns
    -------
    PointsStudy or None
        None without points earned. Shares are None below 30 members.

    Notes
    -----
    A point earned is redeemed, expires, or is still open: cumulative incidence of redemption with
    expiry competing, by months of age (Aalen, Johansen 1978), so that young points do not pass for
    unused ones. Beyond the oldest age seen, both go on at the pace of the last third of ages up to
    `life_months`. Members are drawn again, in blocks.
    """
    exits = point_exits(points, as_of=as_of)
    if not exits.earned > 0:
        return None
    totals = exits.blocks.sum(axis=0)
    seen = np.flatnonzero(_at_risk(totals[None])[0] > 0)
    oldest = int(seen.max()) + 1 if len(seen) else 0
    known = {
        "members": exits.members,
        "earned": exits.earned,
        "redeemed": exits.redeemed,
        "expired": exits.expired,
        "open": float(exits.open.sum()),
        "uncovered": exits.uncovered,
        "oldest_month": oldest,
    }
    if exits.members < FEWEST or not oldest:
        names = ("ultimate", "seen", "to_redeem")
        blank = [f"{n}{end}" for n in names for end in ("", "_low", "_high")]
        blank.remove("seen")
        return PointsStudy(curve=pd.DataFrame(), **known, **dict.fromkeys(blank))
    rng = np.random.default_rng(seed)
    blocks = len(exits.blocks)
    weights = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws)
    drawn = np.tensordot(weights, exits.blocks, axes=1)
    ways = [_outcome(t, o, oldest, life_months) for t, o in
            ((totals[None], exits.open.sum(axis=0)[None]), (drawn, weights @ exits.open))]  # fmt: skip
    actual, draws_of = ways
    ends = {
        name: tuple(float(e) for e in interval(draws_of[name], confidence=confidence))
        for name in ("ultimate", "to_redeem")
    }
    low, high = interval(draws_of["incidence"][:, :oldest], confidence=confidence)
    curve = redemption_curve(totals, oldest).assign(low=low, high=high)
    last = curve.iloc[-1]
    ultimate, to_redeem = float(actual["ultimate"][0]), float(actual["to_redeem"][0])
    return PointsStudy(
        **known,
        curve=curve,
        ultimate=ultimate,
        ultimate_low=min(ends["ultimate"][0], ultimate),
        ultimate_high=max(ends["ultimate"][1], ultimate),
        seen_low=float(last["redeemed"]),
        seen_high=float(1 - last["expired"]),
        to_redeem=to_redeem,
        to_redeem_low=min(ends["to_redeem"][0], to_redeem),
        to_redeem_high=max(ends["to_redeem"][1], to_redeem),
    )


def redemption_curve(totals: np.ndarray, months: int) -> pd.DataFrame:
    """Share of points redeemed and expired by age.

    Parameters
    ----------
    totals : numpy.ndarray
        Shape (MONTHS, 3): points redeemed, expired, and last seen open, by month of age.
    months : int
        Ages shown.

    Returns
    -------
    DataFrame
        month (1, 2, ...: at its end), redeemed, expired (0-1), at_risk (points).
    """
    redeemed, expired, _ = _incidence(totals[None])
    return pd.DataFrame(
        {
            "month": np.arange(1, months + 1),
            "redeemed": redeemed[0, :months],
            "expired": expired[0, :months],
            "at_risk": _at_risk(totals[None])[0, :months],
        }
    )


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


def _at_risk(totals):
    """Points at risk in each month of age; `totals` (draws, MONTHS, 3)."""
    leaving = totals.sum(axis=2)
    return leaving[:, ::-1].cumsum(axis=1)[:, ::-1]


def _incidence(totals):
    """Cumulative shares redeemed and expired, and share still open, at the end of each month."""
    at_risk = np.maximum(_at_risk(totals), 1e-12)
    redeemed, expired = totals[:, :, 0] / at_risk, totals[:, :, 1] / at_risk
    still = np.cumprod(np.clip(1 - redeemed - expired, 0, 1), axis=1)
    before = np.concatenate([np.ones((len(totals), 1)), still[:, :-1]], axis=1)
    return (before * redeemed).cumsum(axis=1), (before * expired).cumsum(axis=1), still


def _outcome(totals, open_points, oldest, life):
    """Share redeemed within a point's life, and open points still to be redeemed, per draw."""
    redeemed, _, still = _incidence(totals)
    at_risk = _at_risk(totals)
    tail = slice(oldest - max(1, int(np.ceil(oldest * TAIL))), oldest)
    exposed = np.maximum(at_risk[:, tail].sum(axis=1), 1e-12)
    pace = totals[:, tail, 0].sum(axis=1) / exposed
    gone = totals[:, tail, 1].sum(axis=1) / exposed
    months = max(life, 1)
    f = np.zeros((len(totals), months + 1))  # redeemed by the start of each month of age
    s = np.ones((len(totals), months + 1))
    for k in range(months):
        if k < oldest:
            f[:, k + 1], s[:, k + 1] = redeemed[:, k], still[:, k]
        else:
            f[:, k + 1] = f[:, k] + s[:, k] * pace
            s[:, k + 1] = s[:, k] * np.clip(1 - pace - gone, 0, 1)
    ultimate = f[:, -1]
    ages = min(months, open_points.shape[1])
    share = np.divide(
        ultimate[:, None] - f[:, :ages], s[:, :ages], out=np.zeros((len(f), ages)),
        where=s[:, :ages] > 1e-9,
    )  # fmt: skip
    share = np.clip(share, 0, 1)
    return {
        "ultimate": ultimate,
        "to_redeem": (share * open_points[:, :ages]).sum(axis=1),
        "incidence": redeemed,
    }
