"""Points earned matched with points used, the oldest first, and the ages at which they went."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

__all__ = ["BLOCKS", "MONTHS", "PointExits", "point_exits"]

BLOCKS = 400  # random groups of members, drawn again in place of single ones
MONTHS = 120  # ages told apart
MONTH_DAYS = 30.4375


@dataclass(frozen=True)
class PointExits:
    """How points left, by age in months.

    `blocks` (blocks, MONTHS, 3): points redeemed, expired, and last seen open in each full month of
    age; `open` (blocks, MONTHS): points open now, by age; members; earned, redeemed, expired
    (points so far, those used without having been earned included); `uncovered` of them.
    """

    blocks: np.ndarray
    open: np.ndarray
    members: int
    earned: float
    redeemed: float
    expired: float
    uncovered: float


def point_exits(points: ir.Table, *, as_of: date) -> PointExits:
    """Points by how and at which age they left.

    Parameters
    ----------
    points : ibis.Table
        customer_id, at (time), kind (earn, redeem, expire), points; signs are ignored.

    Notes
    -----
    Per member, the points used so far and the points earned so far lie on one scale: a use takes
    the points that were earned first and are still there. A month of age counts only for points
    earned so long ago that they were seen through all of it.
    """
    rows = points.filter(points.customer_id.notnull() & points.points.notnull())
    rows = rows.select(
        "customer_id", "kind", day=rows["at"].cast("date"), points=rows.points.abs().cast("float64")
    ).filter(ibis._.points > 0)
    earned = _laid_out(rows.filter(rows.kind == "earn"))
    used = _laid_out(rows.filter(rows.kind != "earn"))
    pairs = earned.join(
        used,
        [
            earned.customer_id == used.customer_id,
            earned.begin < used.stop,
            used.begin < earned.stop,
        ],
        rname="{name}_used",
    )
    left = pairs.mutate(
        points=ibis.least(pairs.stop, pairs.stop_used)
        - ibis.greatest(pairs.begin, pairs.begin_used),
    )
    end = ibis.literal(as_of).cast("date")
    left = left.select(
        block=left.block,
        kind=left.kind_used,
        points=left.points,
        # a use booked before the points it takes leaves them on the day they came
        age=_months(ibis.greatest(left.day_used.delta(left.day, unit="day"), 0)),
        seen=_months(end.delta(left.day, unit="day")),
    )
    everything = earned.group_by("customer_id").aggregate(
        block=earned.block.max(), members=ibis.literal(1)
    )
    total_used = used.group_by("customer_id").aggregate(used=used.points.sum())
    lots = earned.left_join(total_used, "customer_id").drop("customer_id_right")
    taken = lots.used.fill_null(0.0)
    still = lots.mutate(
        open=ibis.greatest(lots.stop - ibis.greatest(lots.begin, taken), 0.0),
        seen=_months(end.delta(lots.day, unit="day")),
    )
    still = still.group_by("block", "seen").aggregate(points=still.open.sum()).to_pandas()
    gone = left.group_by("block", "kind", "age", "seen").aggregate(points=left.points.sum())
    gone = gone.to_pandas()
    sums = rows.group_by("kind").aggregate(points=rows.points.sum()).to_pandas()
    sums = sums.set_index("kind")["points"].to_dict()
    used_points = sum(sums.get(kind, 0.0) for kind in ("redeem", "expire"))
    return PointExits(
        _exits(gone, still),
        _open(still),
        int(everything.count().execute()),
        float(sums.get("earn", 0.0)),
        float(sums.get("redeem", 0.0)),
        float(sums.get("expire", 0.0)),
        max(float(used_points - gone["points"].sum()), 0.0),
    )


def _laid_out(rows):
    """Each booking as a stretch from `begin` to `stop` on its member's running total."""
    order = ibis.window(group_by="customer_id", order_by=["day", "kind", "points"])
    block = rows.customer_id.hash().abs() % BLOCKS
    rows = rows.mutate(place=ibis.row_number().over(order), block=block)
    order = ibis.window(group_by="customer_id", order_by="place", preceding=None, following=0)
    stop = rows.points.sum().over(order)
    return rows.mutate(stop=stop, begin=stop - rows.points)


def _months(days):
    return ibis.least((days / MONTH_DAYS).floor().cast("int64"), MONTHS - 1)


def _exits(gone, still):
    out = np.zeros((BLOCKS, MONTHS, 3))
    whole = gone[gone["age"] < gone["seen"]]
    column = np.where(whole["kind"] == "redeem", 0, 1)
    np.add.at(out, (whole["block"], whole["age"], column), whole["points"].to_numpy(float))
    # left in a month not seen to its end, or still open: last seen in the month before
    part = gone[gone["age"] >= gone["seen"]]
    rest = pd.concat([part[["block", "seen", "points"]], still[["block", "seen", "points"]]])
    rest = rest[(rest["seen"] > 0) & (rest["points"] > 0)]
    np.add.at(out, (rest["block"], rest["seen"] - 1, 2), rest["points"].to_numpy(float))
    return out


def _open(still):
    out = np.zeros((BLOCKS, MONTHS))
    np.add.at(out, (still["block"], still["seen"]), still["points"].to_numpy(float))
    return out
