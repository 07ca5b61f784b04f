"""What staff say beside what customers say of the same topics: agreement, and who saw it first."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import norm

__all__ = ["staff_and_customers"]

FEWEST = 8  # answers of either side
HALF_DAYS = 182
#: Names of the same topic.
TOPICS = (("quality", "质量", "产品质量", "品质"), ("delivery", "logistics", "物流", "配送", "送货"),
          ("service", "服务", "客服"), ("price", "价格", "价钱"), ("app", "应用", "小程序"))  # fmt: skip


def staff_and_customers(tables, *, as_of: date, confidence: float = 0.95) -> pd.DataFrame:
    """Scores of staff and customers by topic in the last 12 months, and the half-year each fell.

    Topics are those of staff_feedback whose item stands in surveys (topic delivery: item_delivery).

    Returns
    -------
    pandas.DataFrame
        topic, staff, customers (mean scores), staff_n, customers_n, gap (staff less customers), low, high,
        staff_fell and customers_fell (half-years before as_of, 0 the last; NaN: no clear fall), first
        ("staff", "customers", "both", "none"); largest gap first, empty when nothing is in both.

    Notes
    -----
    Both answer on scales that are taken as the same. Standard errors are of persons: staff by staff_id,
    customers by customer_id, their means. A fall is the first half-year whose mean lies more than three
    standard errors below that of all before.
    """
    columns = ["topic", "staff", "customers", "staff_n", "customers_n", "gap", "low", "high",
               "staff_fell", "customers_fell", "first"]  # fmt: skip
    if not tables.has("staff_feedback", "given_on", "topic", "score") or not tables.has("surveys", "customer_id"):  # fmt: skip
        return pd.DataFrame(columns=columns)
    said, asked = tables["staff_feedback"], tables["surveys"]
    items = [c for c in asked.columns if c.startswith("item_")]
    who = said.staff_id if "staff_id" in said.columns else said.topic
    said = said.filter(said.score.notnull()).select("topic", "score", who=who, on=said.given_on.cast("date")).to_pandas()  # fmt: skip
    told = asked.select(
        *items, who=asked.customer_id, on=asked.answered_on.cast("date")
    ).to_pandas()
    z, rows = norm.ppf(0.5 + confidence / 2), []
    for topic in sorted(said["topic"].dropna().unique()):
        item = _item(topic, items)
        if item is None:
            continue
        ours = _halves(said[said["topic"] == topic], "score", as_of)
        theirs = _halves(told[told[item].notna()], item, as_of)
        one, other = _recent(ours), _recent(theirs)
        if one is None or other is None:
            continue
        gap, se = one[0] - other[0], np.hypot(one[1], other[1])
        fell = _fall(ours), _fall(theirs)
        rows.append((topic, one[0], other[0], one[2], other[2], gap, gap - z * se, gap + z * se, *fell,
                     _first(*fell)))  # fmt: skip
    frame = pd.DataFrame(rows, columns=columns)
    return frame.sort_values(["gap", "topic"], key=lambda c: -c.abs() if c.name == "gap" else c, ignore_index=True)  # fmt: skip


def _item(topic, items):
    """The item that asks about a topic, by the names that both may have."""
    names = next((names for names in TOPICS if str(topic).strip().lower() in names), (str(topic),))
    return next(
        (i for i in items if i.removeprefix("item_").lower() in [n.lower() for n in names]), None
    )


def _halves(rows, score, as_of):
    """Rows with who, score, and how many half-years they lie before as_of."""
    back = (pd.Timestamp(as_of) - pd.to_datetime(rows["on"])).dt.days // HALF_DAYS
    who = pd.factorize(rows["who"].astype(str), sort=True)[0]
    return pd.DataFrame({"who": who, "score": rows[score].astype(float), "half": back})


def _mean(rows):
    """Mean of persons' rows, standard error by person, number of rows."""
    if len(rows) < FEWEST:
        return None
    mean = rows["score"].mean()
    sums = (rows["score"] - mean).groupby(rows["who"]).sum()
    if len(sums) < 2:
        return None
    se = np.sqrt((sums**2).sum() * len(sums) / (len(sums) - 1)) / len(rows)
    return mean, se, len(rows)


def _recent(rows):
    return _mean(rows[rows["half"] < 2])


def _fall(rows):
    """The earliest half-year clearly below all before it."""
    for half in range(int(rows["half"].max()) - 1, -1, -1):
        now, then = _mean(rows[rows["half"] == half]), _mean(rows[rows["half"] > half])
        if now and then and now[0] < then[0] - 3 * np.hypot(now[1], then[1]):
            return half
    return np.nan


def _first(staff, customers):
    if staff != staff and customers != customers:
        return "none"
    if customers != customers or staff > customers:
        return "staff"
    if staff != staff or customers > staff:
        return "customers"
    return "both"
