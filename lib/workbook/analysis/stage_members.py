"""Who is in each stage: silence against the own cadence, value, and what tells the stages apart."""

from datetime import date

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.cadence import Cadence, silence_surprise
from workbook.analysis.intervals import customer_draws, interval
from workbook.analysis.lifecycle import STAGES

__all__ = [
    "amount_before_silence",
    "lost_amount",
    "main_categories",
    "stage_members",
    "stage_traits",
]


def amount_before_silence(
    days: ir.Table, *, until: date | None = None, within_days: int = 365
) -> ir.Table:
    """What customers bought in the days up to their last purchase: customer_id, last_year (money).

    `days` as `lifecycle.purchase_days` gives them; with `until`, the last purchase up to that day.
    Positive amounts only; a full year is counted whenever the last purchase was.
    """
    last = days.next_on.isnull()
    if until is not None:
        last = (days.bought_on <= until) & (last | (days.next_on > until))
    ends = days.filter(last).select("customer_id", last_on=days.bought_on)
    joined = days.join(ends, "customer_id")
    since = joined.bought_on.delta(joined.last_on, unit="day")  # 0 on the last day, then negative
    recent = joined.filter((since <= 0) & (since > -within_days))
    return recent.group_by("customer_id").aggregate(last_year=recent.amount.sum())


def stage_members(today: ir.Table, summary: pd.DataFrame, amounts: ir.Table, cadence: Cadence, *,
                  as_of: date) -> pd.DataFrame:  # fmt: skip
    """One row per customer who has bought, with stage, silence and value.

    Parameters
    ----------
    today : ibis.Table
        As `lifecycle.stages_today` gives it.
    summary : DataFrame
        As `customers.customer_summary`.
    amounts : ibis.Table
        As `amount_before_silence`.

    Returns
    -------
    DataFrame
        customer_id, stage, former (stage before it, empty for the first), since (date of entry), purchase_days, last_on, silence_days,
        usual_gap_days (mean gap so far; NaN after one purchase), surprise (P(gap >= silence)),
        amount (gross, all time), last_year (gross, the 365 days up to the last purchase).
    """
    stages = today.join(amounts, "customer_id").select(
        "customer_id", "stage", "last_year", former=today.previous, since=today.start_on
    )
    # the engine's order of rows differs from run to run, and a seeded bootstrap draws by place
    stages = stages.order_by("customer_id").to_pandas()
    stages = stages.astype({"stage": "category", "former": "category"})
    table = stages.merge(summary, on="customer_id")
    silence = (pd.Timestamp(as_of) - pd.to_datetime(table["last_on"])).dt.days
    repeats = table["frequency"].astype(float)
    return pd.DataFrame(
        {
            "customer_id": table["customer_id"],
            "stage": table["stage"],
            "former": table["former"],
            "since": pd.to_datetime(table["since"]),
            "purchase_days": table["purchase_days"],
            "last_on": pd.to_datetime(table["last_on"]),
            "silence_days": silence,
            "usual_gap_days": table["recency_days"] / repeats.where(repeats > 0),
            "surprise": silence_surprise(cadence, repeats, table["recency_days"], silence),
            "amount": table["gross_amount"],
            "last_year": table["last_year"],
        }
    )


def stage_traits(members: pd.DataFrame) -> pd.DataFrame:
    """What tells the stages apart.

    Returns
    -------
    DataFrame
        stage (in the order of a life; those without a customer are left out), customers, share
        (of customers), revenue_share (of gross amount, all time; NaN without any), purchase_days
        (mean), amount_per_day (gross per purchase day), usual_gap_days and silence_days (medians).
    """
    by = members.groupby("stage", observed=True)
    table = by.agg(
        customers=("customer_id", "size"),
        amount=("amount", "sum"),
        days=("purchase_days", "sum"),
        usual_gap_days=("usual_gap_days", "median"),
        silence_days=("silence_days", "median"),
    )
    table = table.reindex([stage for stage in STAGES if stage in table.index])
    total = table["amount"].sum()
    table["share"] = table["customers"] / table["customers"].sum()
    table["revenue_share"] = table["amount"] / total if total > 0 else float("nan")
    table["purchase_days"] = table["days"] / table["customers"]
    table["amount_per_day"] = table["amount"] / table["days"]
    columns = ["customers", "share", "revenue_share", "purchase_days", "amount_per_day",
               "usual_gap_days", "silence_days"]  # fmt: skip
    return table[columns].rename_axis("stage").reset_index().astype({"stage": object})


def main_categories(orders: ir.Table, today: ir.Table) -> pd.DataFrame:
    """The category each stage spends most on.

    Returns
    -------
    DataFrame
        stage, category, share (of the stage's money), share_all; one row per stage, the category
        with most money.
    """
    rows = orders.filter(~orders.is_return & orders.category.notnull())
    rows = rows.join(today.select("customer_id", "stage"), "customer_id")
    spent = rows.group_by("stage", "category").aggregate(
        spent=ibis.greatest(rows.amount, 0.0).sum()
    )
    table = spent.order_by("stage", "category").to_pandas()
    whole = table["spent"].sum()
    table["share"] = table["spent"] / table.groupby("stage")["spent"].transform("sum")
    of_all = table.groupby("category")["spent"].sum() / (whole if whole > 0 else float("nan"))
    table["share_all"] = table["category"].map(of_all)
    top = table.sort_values("spent", ascending=False, kind="stable").drop_duplicates("stage")
    order = {stage: place for place, stage in enumerate(STAGES)}
    top = top.sort_values("stage", key=lambda names: names.map(order))
    return top[["stage", "category", "share", "share_all"]].reset_index(drop=True)


def lost_amount(members: pd.DataFrame, *, since: date, confidence: float = 0.80) -> dict:
    """What customers who became lost after `since` had spent in the year up to their last purchase.

    Returns a dict: customers, amount, low, high (bootstrap by customer over all customers, so
    that who is lost is drawn too).
    """
    lost = (members["stage"] == "lost") & (members["since"] > pd.Timestamp(since))
    values = pd.DataFrame({"amount": members["last_year"].where(lost, 0.0)})
    low, high = interval(customer_draws(values)["amount"], confidence=confidence)
    amount = float(values["amount"].sum())
    found = {"customers": int(lost.sum()), "amount": amount}
    return found | {"low": min(float(low), amount), "high": max(float(high), amount)}
