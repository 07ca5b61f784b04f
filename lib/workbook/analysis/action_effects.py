"""Did an action work? Each one by its metric and window, against its control group or others alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd

from workbook.analysis.action_match import matched_action, others_of
from workbook.analysis.arm_difference import FEWEST, adjusted_difference
from workbook.analysis.arm_windows import arm_sums, customer_windows
from workbook.analysis.group_survival import holm

__all__ = ["FALLING", "Verdicts", "action_effects"]

#: metrics of which less is better
FALLING = ("contract_ends", "complaints")
DAYS = 90  # window of an action that says none
LEVEL = 0.05  # over all actions judged together
COLUMNS = [
    "action_id", "kind", "finding_id", "owner", "begins_on", "ends_on", "metric", "metric_said",
    "window_days", "design", "state", "treated", "controls", "value", "expected", "difference",
    "low", "high", "low80", "high80", "p", "p_holm", "uneven", "hoped", "cost", "cost_total",
    "revenue", "revenue_low80", "revenue_high80", "unmatched",
]  # fmt: skip


@dataclass(frozen=True)
class Verdicts:
    """`table`: one row per action, columns as `action_effects` says."""

    table: pd.DataFrame

    @property
    def judged(self) -> pd.DataFrame:
        """Actions whose difference could be worked out."""
        return self.table[self.table["difference"].notna()]


def action_effects(tables, days, book, *, as_of: date, confidence: float = 0.95) -> Verdicts:
    """Judge every action that has begun.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    days : ibis.Table or None
        As `bought_days.bought_days` gives it, cached.
    book : workbook.analysis.action_book.ActionBook

    Returns
    -------
    Verdicts
        action_id, kind, finding_id, owner, begins_on, ends_on (last day of the window), metric,
        metric_said, window_days; design ("drawn": control arm by lot, "control": control arm not by
        lot, matched; "others": no control arm, matched customers outside the action); state:
        "better", "worse" (`p_holm` below 0.05), "less" (no difference shown, and what was hoped for
        lies outside the interval), "unclear", "few" (fewer than 30 customers of an arm), "waiting"
        (window not over), "planned", "dropped", "no_metric", "no_customers", "no_segment" (no table
        tells who is in it), "no_table"; treated,
        controls (customers); value, expected (means per treated customer, with and as
        expected without), difference with low, high, low80, high80, p, p_holm (over all judged);
        uneven (p of the arms being alike before; drawn ones only), hoped, cost (money per treated
        customer), cost_total, revenue (difference in money over all treated in the window) with
        80 % limits, unmatched (treated customers without a counterpart).
    """
    rows = [_judge(tables, days, book, row, as_of, confidence) for row in book.actions.itertuples()]
    table = pd.DataFrame(rows, columns=COLUMNS)
    numbers = COLUMNS[COLUMNS.index("treated") :]
    table[numbers] = table[numbers].astype(float)
    table["p_holm"] = holm(table["p"].to_numpy(float))
    told = table["difference"].notna()
    sign = np.where(table["metric"].isin(FALLING), -1.0, 1.0)
    sure = told & (table["p_holm"] < LEVEL)
    better = sign * table["difference"].fillna(0) > 0
    hoped = table["hoped"] * np.where(table["metric"].isin(FALLING), -np.sign(table["hoped"]), 1)
    short = told & ~sure & hoped.notna() & ((hoped < table["low"]) | (hoped > table["high"]))
    states = [sure & better, sure & ~better, short, told]
    words = ["better", "worse", "less", "unclear"]
    table["state"] = np.select(states, words, default=table["state"])
    return Verdicts(table)


def _judge(tables, days, book, row, as_of, confidence):
    window = int(row.window_days) if row.window_days == row.window_days else DAYS
    found = {
        "action_id": row.action_id, "kind": row.kind, "finding_id": row.finding_id,
        "owner": row.owner, "begins_on": row.begins_on, "metric": row.metric,
        "metric_said": row.metric_said, "window_days": window, "design": "", "hoped": row.expected,
        "cost": row.cost, "treated": row.treated, "controls": row.controls,
    }  # fmt: skip
    if row.begins_on is not None:
        found["ends_on"] = row.begins_on + timedelta(days=window - 1)
    found["state"] = _before(row, found, as_of)
    if found["state"]:
        return found
    people = None
    if book.arms is not None:
        people = book.arms.filter(book.arms.action_id == row.action_id)
        people = people.select("customer_id", "treated", "index_on")
    if people is None or not row.treated:
        return found | {"state": "no_segment" if row.action_id in book.unknown else "no_customers"}
    design = "others" if not row.controls else "drawn" if row.randomised else "control"
    found["design"] = design
    if design == "others":
        if days is None:
            return found | {"state": "no_table"}
        people = people.union(others_of(days, people, row.begins_on))
    compare = _drawn if design == "drawn" else _alike
    made = compare(tables, days, people, row.metric, window, confidence)
    if made is None:
        there = customer_windows(tables, days, people, row.metric, window_days=window)
        return found | {"state": "no_table" if there is None else "few"}
    names = ("value", "expected", "difference", "low", "high", "low80", "high80", "p")
    found |= {name: getattr(made, name) for name in names} | {"state": "unclear"}
    found |= {"uneven": getattr(made, "uneven", np.nan), "controls": made.others}
    found |= {"unmatched": getattr(made, "unmatched", 0)}
    cost = row.cost if row.cost == row.cost else np.nan
    found["cost_total"] = cost * row.treated if cost is not None else np.nan
    money = made
    if row.metric != "revenue":
        money = compare(tables, days, people, "revenue", window, confidence)
    if money is not None:
        found["revenue"] = money.difference * row.treated
        found["revenue_low80"] = money.low80 * row.treated
        found["revenue_high80"] = money.high80 * row.treated
    return found


def _before(row, found, as_of):
    """Why an action isn't judged yet; empty when it can be."""
    if row.status == "dropped":
        return "dropped"
    planned = (
        row.begins_on is None or row.begins_on > as_of or row.status in ("proposed", "accepted")
    )
    if planned and row.status not in ("done", "running"):
        return "planned"
    if row.begins_on is None or found["ends_on"] > as_of:
        return "waiting"
    return "" if row.metric else "no_metric"


def _drawn(tables, days, people, metric, window, confidence):
    windows = customer_windows(tables, days, people, metric, window_days=window)
    if windows is None:
        return None
    return adjusted_difference(arm_sums(windows), confidence=confidence, fewest=FEWEST)


def _alike(tables, days, people, metric, window, confidence):
    return matched_action(tables, days, people, metric, window_days=window, confidence=confidence)
