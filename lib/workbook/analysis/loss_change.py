"""Whether more of the active customers are lost than a year before."""

from datetime import date

import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.lifecycle import ACTIVE

__all__ = ["loss_change", "losses_compared", "losses_from"]

FEWEST = 30  # active customers a year needs


def losses_compared(
    spells: ir.Table, *, first: date, as_of: date, confidence: float = 0.95
) -> dict | None:
    """`loss_change` of the 12 months to as_of against the 12 months before them.

    `first` is the first day of the data. None unless 12 more months lie before both: customers from
    before the first order look new, and would make an early year look unlike a later one.
    """
    end = pd.Timestamp(as_of)
    if pd.Timestamp(first) > end - pd.DateOffset(months=36):
        return None
    now, before = (
        losses_from(spells, day=(end - pd.DateOffset(months=back)).date()) for back in (12, 24)
    )
    if min(now["customers"].sum(), before["customers"].sum()) < FEWEST:
        return None
    return loss_change(now, before, confidence=confidence)


def losses_from(spells: ir.Table, *, day: date) -> pd.DataFrame:
    """Customers active on a day, and those of them who became lost in the 12 months after it.

    `spells` as `lifecycle.stage_spells` gives them, observed to the end of those months. Returns
    stage (active stages only), customers, lost.
    """
    end = (pd.Timestamp(day) + pd.DateOffset(months=12)).date()
    here = (spells.start_on <= day) & (spells.end_on.isnull() | (spells.end_on > day))
    active = spells.filter(here & spells.stage.isin(ACTIVE)).select("customer_id", "stage")
    gone = spells.filter((spells.stage == "lost") & (spells.start_on > day))
    gone = gone.filter(gone.start_on <= end).select("customer_id").distinct()
    counted = active.group_by("stage").aggregate(customers=active.count())
    lost = active.semi_join(gone, "customer_id")
    lost = lost.group_by("stage").aggregate(lost=lost.count())
    table = counted.left_join(lost, "stage").select("stage", "customers", "lost").to_pandas()
    return table.fillna({"lost": 0}).astype({"lost": int})


def loss_change(now: pd.DataFrame, before: pd.DataFrame, *, confidence: float = 0.95):
    """Difference between the shares lost in two years, like compared with like by stage.

    Parameters
    ----------
    now, before : DataFrame
        As `losses_from`, of the later and the earlier year.

    Returns
    -------
    dict or None
        share, share_before (of all active customers), difference (of shares, pooled over stages),
        low, high, low80, high80, p (one-sided: that more are lost now), customers, excess (more
        customers lost than at the earlier pace). None when a year has nobody to follow.

    Notes
    -----
    Mantel and Haenszel's pooled difference with the weights n1 n0 / (n1 + n0) per stage, so that
    a change in the mix of stages is no change in the pace; p from the pooled variance under no
    change (Cochran 1954).
    """
    both = now.merge(before, on="stage", suffixes=("", "_before"))
    both = both[(both["customers"] > 0) & (both["customers_before"] > 0)]
    if both.empty:
        return None
    n1, n0 = (both[c].to_numpy(float) for c in ("customers", "customers_before"))
    d1, d0 = (both[c].to_numpy(float) for c in ("lost", "lost_before"))
    p1, p0, pooled = d1 / n1, d0 / n0, (d1 + d0) / (n1 + n0)
    weights = n1 * n0 / (n1 + n0)
    difference = float(weights @ (p1 - p0) / weights.sum())
    error = np.sqrt(weights**2 @ (p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)) / weights.sum()
    spread = np.sqrt(weights @ (pooled * (1 - pooled)))
    p = float(norm.sf(weights @ (p1 - p0) / spread)) if spread > 0 else 1.0
    half = float(norm.ppf(0.5 + confidence / 2) * error)
    half80 = float(norm.ppf(0.9) * error)
    return {
        "share": float(d1.sum() / n1.sum()),
        "share_before": float(d0.sum() / n0.sum()),
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
        "low80": difference - half80,
        "high80": difference + half80,
        "p": p,
        "customers": int(n1.sum()),
        "excess": difference * float(n1.sum()),
    }
