"""Customers of an action without a draw, against others who had bought alike before it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir
import numpy as np

from workbook.analysis.arm_windows import customer_windows
from workbook.analysis.comparison_days import part_of
from workbook.analysis.matching import matched_difference

__all__ = ["MOST_OTHERS", "matched_action", "others_of"]

MOST_OTHERS = 50_000  # customers compared with; more are drawn from by hash
COUNTS, SILENT = (0, 1, 2, 4), (30, 90, 180, 365)  # bands of likeness


def others_of(days: ir.Table, people: ir.Table, start) -> ir.Table:
    """Customers who had bought before `start` and are not in the action, at most 50,000 of them."""
    first = ibis.literal(start).cast("date")
    known = days.filter(days.bought_on < first).select("customer_id").distinct()
    rest = part_of(known.anti_join(people, "customer_id"), MOST_OTHERS)
    return rest.select("customer_id", treated=ibis.literal(False), index_on=first)


def matched_action(tables, days, people: ir.Table, metric: str, *, window_days, confidence=0.95):
    """Outcome of the treated against others in the same band of earlier purchases.

    Parameters
    ----------
    people : ibis.Table
        customer_id, treated, index_on; both arms.
    metric, window_days
        As for `arm_windows.customer_windows`.

    Returns
    -------
    workbook.analysis.matching.Matched or None
        None with fewer than 30 matched customers of either arm, or without the table.

    Notes
    -----
    Strata: purchase days in the 365 days before (0, 1, 2, 3-4, more) x days since the last purchase
    (30, 90, 180, 365, more). Customers picked because they had a bad month come back to their usual
    level by themselves; only likeness in these two is compared (Daw, Hatfield 2018).
    """
    windows = customer_windows(tables, days, people, metric, window_days=window_days)
    if windows is None or days is None:
        return None
    pairs = people.inner_join(days.select("customer_id", "bought_on"), "customer_id")
    back = pairs.index_on.delta(pairs.bought_on, unit="day")
    seen = pairs.group_by("customer_id").aggregate(
        bought=pairs.count(where=(back > 0) & (back <= 365)), silent=back.min(where=back > 0)
    )
    rows = windows.left_join(seen, "customer_id").drop("customer_id_right").order_by("customer_id")
    frame = rows.select("treated", "y", "bought", "silent").execute()
    counts = np.searchsorted(COUNTS, frame["bought"].fillna(0).to_numpy(float))
    silent = np.searchsorted(SILENT, frame["silent"].fillna(9999).to_numpy(float))
    treated = frame["treated"].to_numpy(bool)
    return matched_difference(frame["y"], treated, counts * 10 + silent, confidence=confidence)
