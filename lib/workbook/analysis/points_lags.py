"""How redemptions follow earnings: sums over members from which the lag between them is found."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
from scipy.optimize import nnls

from workbook.analysis.blocks import in_part

__all__ = ["BLOCKS", "PointFlows", "lag_shares", "point_flows"]

BLOCKS = 100  # random groups of members, drawn again in place of single ones
MONTHS = 60  # months looked back
SAMPLE = 5_000  # members whose flows are followed; totals are of all
MONTH_DAYS = 30.4375
LEAST = 0.1  # of the points earned must be old enough for an age to be told


@dataclass(frozen=True)
class PointFlows:
    """Points by month, the last first, and the sums that tell how redemptions follow earnings.

    Attributes
    ----------
    members : int
        Customers who have earned points.
    earned, redeemed, expired : float
        Points so far.
    by_age : numpy.ndarray
        Points earned, by full months of age.
    lags : int
        Ages that can be told: a tenth of the points earned are older.
    products, follow : numpy.ndarray
        Per block of members (blocks, lags, lags) earnings times earnings and (blocks, lags, 2)
        earnings times redemptions and expiries at each distance, members weighted by 1 / points.
    """

    members: int
    earned: float
    redeemed: float
    expired: float
    by_age: np.ndarray
    lags: int
    products: np.ndarray
    follow: np.ndarray


def point_flows(points: ir.Table, *, as_of: date, most_lags: int = 36) -> PointFlows | None:
    """Flows of points; None when none was earned.

    Parameters
    ----------
    points : ibis.Table
        customer_id, at (time), kind (earn, redeem, expire), points; signs are ignored.
    """
    rows = points.filter(points.customer_id.notnull() & points.points.notnull())
    age = ibis.literal(as_of).cast("date").delta(rows["at"].cast("date"), unit="day") / MONTH_DAYS
    rows = rows.select(
        "customer_id", "kind", age=age.floor().cast("int64"), points=rows.points.abs()
    )
    rows = rows.filter((rows.points > 0) & (rows.age >= 0))
    sums = rows.group_by("kind").aggregate(points=rows.points.sum()).to_pandas()
    total = sums.set_index("kind")["points"].to_dict()
    if not total.get("earn", 0.0) > 0:
        return None
    earned = rows.filter(rows.kind == "earn")
    members = int(earned.customer_id.nunique().execute())
    ages = earned.group_by("age").aggregate(points=earned.points.sum()).to_pandas()
    by_age = np.zeros(int(ages["age"].max()) + 1)
    by_age[ages["age"].to_numpy(int)] = ages["points"].to_numpy(float)
    older = by_age[::-1].cumsum()[::-1] / by_age.sum()
    lags = min(int((older >= LEAST).sum()), most_lags, MONTHS)
    mine = rows.semi_join(earned, "customer_id")
    if members > SAMPLE:
        mine = mine.filter(in_part(mine.customer_id, SAMPLE / members))
    frame = mine.group_by("customer_id", "kind", "age").aggregate(points=mine.points.sum())
    frame = frame.order_by("customer_id", "kind", "age").to_pandas()
    products, follow = _products(frame, lags)
    return PointFlows(
        members, *(float(total.get(kind, 0.0)) for kind in ("earn", "redeem", "expire")),
        by_age, lags, products, follow,
    )  # fmt: skip


def _products(frame, lags):
    """Sums of earnings times earnings, redemptions and expiries, per block."""
    ids, member = np.unique(frame["customer_id"].to_numpy(object).astype(str), return_inverse=True)
    flows = np.zeros((3, len(ids), MONTHS))  # time runs forward: the last month is the last column
    kind = frame["kind"].map({"earn": 0, "redeem": 1, "expire": 2}).to_numpy()
    month = MONTHS - 1 - frame["age"].to_numpy(int)
    amount = frame["points"].to_numpy(float)
    kept = month >= 0
    np.add.at(flows, (kind[kept], member[kept], month[kept]), amount[kept])
    weight = 1 / np.maximum(flows[0].sum(axis=1), 1e-9)
    block = np.arange(len(ids)) % BLOCKS  # ids are sorted, not drawn: mixed by their order
    earned, others = flows[0], flows[1:]

    def per_block(values):
        return np.bincount(block, weights=values * weight, minlength=BLOCKS)

    products = np.zeros((BLOCKS, lags, lags))
    follow = np.zeros((BLOCKS, lags, 2))
    for j in range(lags):
        late = earned[:, : MONTHS - j]
        for k in range(j + 1):  # earned j and k months before
            products[:, j, k] = per_block((late * earned[:, j - k : MONTHS - k]).sum(axis=1))
            products[:, k, j] = products[:, j, k]
        for which in (0, 1):
            follow[:, j, which] = per_block((late * others[which][:, j:]).sum(axis=1))
    return products, follow


def lag_shares(products: np.ndarray, follow: np.ndarray) -> np.ndarray:
    """Share of points redeemed and expired in each month of age.

    Parameters
    ----------
    products, follow : numpy.ndarray
        Sums over blocks, (lags, lags) and (lags, 2), as in `PointFlows`.

    Returns
    -------
    numpy.ndarray
        (lags, 2): redeemed, expired; not below 0, together at most 1.

    Notes
    -----
    Redemptions of a month are the points earned j months before times the share f_j, summed over
    j (a distributed lag), by least squares with f_j >= 0 (Lawson, Hanson 1974), from the seventh
    month on one figure per quarter. With f_j >= 0 the sum of the redeemed comes out too large; where
    least squares without that limit give less, the f_j are scaled down to it. Points carry no
    names: matched to the oldest first, redemptions would take points that are in truth never used,
    and too many would seem to come in.
    """
    bins = _bins(len(products))
    products, follow = bins.T @ products @ bins, bins.T @ follow
    scale = np.trace(products) / max(len(products), 1)
    if not scale > 0:
        return np.zeros((len(bins), 2))
    root = np.linalg.cholesky(products + 1e-8 * scale * np.eye(len(products)))
    shares = np.stack(
        [nnls(root.T, np.linalg.solve(root, follow[:, which]))[0] for which in (0, 1)], axis=1
    )
    # noise about a share of 0 only shows above it: the sum is taken where nothing holds it up
    free = np.linalg.solve(root.T, np.linalg.solve(root, follow[:, 0]))
    width, total = bins.sum(axis=0), bins @ shares[:, :1]
    if total.sum() > 0:
        shares[:, 0] *= np.clip(width @ free / total.sum(), 0.0, 1.0)
    shares = bins @ shares
    return shares / max(shares.sum(), 1.0)


def _bins(lags):
    """Ages that share one figure: single months up to half a year, then quarters."""
    place = np.arange(lags)
    group = np.where(place < 6, place, 6 + (place - 6) // 3)
    return (group[:, None] == np.unique(group)[None, :]).astype(float)
