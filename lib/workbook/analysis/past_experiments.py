"""What past actions with a random control group brought, as the measure of what an offer may bring."""

from datetime import date

import ibis
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson

__all__ = ["past_experiments", "pooled_uplift"]

FEWEST = 20  # customers in the smaller arm


def past_experiments(actions, days, *, as_of: date, window_days: int = 60, confidence=0.95):
    """Share of customers who bought in the window, by arm, for each randomised action.

    Parameters
    ----------
    actions : ibis.Table or None
        action_id, customer_id, arm (treatment, control), randomised, assigned_on; kind, started_on,
        window_days, cost where known.
    days : ibis.Table
        Of `purchase_features.bought_days`, of all customers.
    as_of : date
        Actions whose window is not over by then are left out.
    window_days : int
        For actions that name none.

    Returns
    -------
    DataFrame
        action_id, kind, window_days, treated, control (customers), treated_share, control_share,
        difference, low, high, cost (money per treated customer; NaN unknown), enough. Empty without
        the columns.

    Notes
    -----
    As assigned, whether or not the action reached the customer. Interval of the difference:
    Newcombe (1998), method 10.
    """
    columns = ["action_id", "kind", "window_days", "treated", "control", "treated_share",
               "control_share", "difference", "low", "high", "cost", "enough"]  # fmt: skip
    needed = {"action_id", "customer_id", "arm", "randomised", "assigned_on"}
    if actions is None or not needed <= set(actions.columns):
        return pd.DataFrame(columns=columns)
    rows = actions.filter(
        actions.randomised.fill_null(False)
        & actions.customer_id.notnull()
        & actions.arm.isin(["treatment", "control"])
    )
    begin = rows.assigned_on.cast("date")
    if "started_on" in rows.columns:
        begin = ibis.coalesce(rows.started_on.cast("date"), begin)
    length = ibis.literal(window_days)
    if "window_days" in rows.columns:
        length = rows.window_days.cast("int64").fill_null(window_days)
    people = rows.select(
        "action_id", "customer_id", "arm", begin=begin, length=length.cast("int64"),
        kind=rows.kind.cast("string") if "kind" in rows.columns else ibis.null("string"),
        cost=rows.cost.cast("float64") if "cost" in rows.columns else ibis.null("float64"),
    ).distinct(on=["action_id", "customer_id"])  # fmt: skip
    people = people.filter(
        ibis.literal(as_of).cast("date").delta(people.begin, unit="day") >= people.length
    )
    joined = people.left_join(days.select("customer_id", "bought_on"), "customer_id")
    ahead = joined.bought_on.delta(joined.begin, unit="day")
    each = joined.group_by("action_id", "customer_id", "arm", "kind", "length", "cost").aggregate(
        bought=((ahead >= 0) & (ahead < joined.length)).fill_null(False).any()
    )
    frame = each.group_by("action_id", "arm").aggregate(
        n=each.count(), bought=each.bought.sum(), kind=each.kind.min(), length=each.length.max(),
        cost=each.cost.mean(),
    ).order_by("action_id", "arm").to_pandas()  # fmt: skip
    found = []
    for action, part in frame.groupby("action_id", sort=True):
        arms = part.set_index("arm")
        if not {"treatment", "control"} <= set(arms.index):
            continue
        n1, n0 = (int(arms.at[arm, "n"]) for arm in ("treatment", "control"))
        x1, x0 = (int(arms.at[arm, "bought"]) for arm in ("treatment", "control"))
        (low1, high1), (low0, high0) = (
            wilson(x, n, confidence=confidence) for x, n in ((x1, n1), (x0, n0))
        )
        p1, p0 = x1 / n1, x0 / n0
        low = p1 - p0 - np.hypot(p1 - low1, high0 - p0)
        high = p1 - p0 + np.hypot(high1 - p1, p0 - low0)
        treated = arms.loc["treatment"]
        found.append((str(action), treated["kind"], int(treated["length"]), n1, n0, p1, p0, p1 - p0,
                      float(low), float(high), float(treated["cost"]), min(n1, n0) >= FEWEST))  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def pooled_uplift(experiments: pd.DataFrame, *, confidence: float = 0.80) -> dict | None:
    """The mean rise of the share that buys over past experiments.

    Returns
    -------
    dict or None
        uplift, low, high, actions, customers; None without an experiment large enough.

    Notes
    -----
    Weights n1 n0 / (n1 + n0) (Mantel, Haenszel). The actions were of different kinds: the interval
    is widened by how far their differences lie apart, beyond chance (Birge ratio, at least 1).
    """
    rows = experiments[experiments["enough"].astype(bool)] if len(experiments) else experiments
    if not len(rows):
        return None
    n1, n0 = rows["treated"].to_numpy(float), rows["control"].to_numpy(float)
    p1, p0 = rows["treated_share"].to_numpy(float), rows["control_share"].to_numpy(float)
    d = p1 - p0
    # a share of 0 or 1 would otherwise be certain
    q1, q0 = (p1 * n1 + 1) / (n1 + 2), (p0 * n0 + 1) / (n0 + 2)
    variance = q1 * (1 - q1) / n1 + q0 * (1 - q0) / n0
    weight = n1 * n0 / (n1 + n0)
    weight = weight / weight.sum()
    mean = float(weight @ d)
    apart = np.sum((d - mean) ** 2 / variance) / max(len(d) - 1, 1)
    error = np.sqrt(weight**2 @ variance * max(apart, 1.0))
    half = float(norm.ppf(0.5 + confidence / 2) * error)
    return {"uplift": mean, "low": mean - half, "high": mean + half, "actions": len(d),
            "customers": int((n1 + n0).sum())}  # fmt: skip
