"""Customers graded on a day: facts, points, factors, tiers, from whatever tables there are."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
import pandas as pd

from workbook.analysis.account_facts import SOURCES, account_facts
from workbook.analysis.customers import customer_summary
from workbook.analysis.grading_points import FACTORS, factor_points, indicator_points
from workbook.analysis.grading_rules import Rules
from workbook.analysis.long_term_value import expected_values, kind_models
from workbook.analysis.receivables import customer_receivables
from workbook.analysis.statements import last_statements, read_statements
from workbook.analysis.weightings import TIERS, tier_of, tier_shares

__all__ = ["Grading", "graded", "open_grading", "two_years"]

FEWEST = 30  # customers for anything that compares them
HORIZON_MONTHS = 36


@dataclass(frozen=True)
class Grading:
    """Customers graded on a day.

    Attributes
    ----------
    table : DataFrame
        One row per customer who has bought by then, sorted by customer_id: the facts, indicators,
        factors, known_<factor>, points (weighted mean), tier, and sure (share of all weightings
        under which the tier is the same).
    indicators : list of str
        Indicators known of anybody.
    values : DataFrame
        Of `long_term_value.expected_values`.
    models : dict
        Of `long_term_value.kind_models`.
    rules : Rules
    as_of : date
    basis : {"gross_margin", "revenue"}
        What contribution is: money less cost of goods, or money where costs are not known.
    missing : tuple of str
        Tables that would add indicators.
    owing : DataFrame or None
        Of `receivables.customer_receivables`, all invoiced customers.
    """

    table: pd.DataFrame
    indicators: list
    values: pd.DataFrame = field(repr=False)
    models: dict = field(repr=False)
    rules: Rules
    as_of: date
    basis: str
    missing: tuple
    owing: pd.DataFrame | None = field(default=None, repr=False)

    @property
    def enough(self) -> bool:
        """At least 30 customers are graded."""
        return len(self.table) >= FEWEST

    @property
    def points(self) -> np.ndarray:
        """Points of the four factors, customers by factors."""
        return self.table[list(FACTORS)].to_numpy(float)

    @property
    def counts(self) -> dict:
        """Customers by tier."""
        found = self.table["tier"].value_counts()
        return {tier: int(found.get(tier, 0)) for tier in TIERS}

    @property
    def key(self) -> pd.DataFrame:
        """Strategic and important customers, most points first."""
        rows = self.table[self.table["tier"] != "ordinary"]
        return rows.sort_values(["points", "customer_id"], ascending=[False, True])


WANTED = (*(n for n in SOURCES if n != "orders"), "customers", "invoices", "financials")


def open_grading(tables, invoices=None, *, rules: Rules, days, summary=None) -> Iterator:
    """Every customer who had bought by each of some days, graded from what was known then.

    Parameters
    ----------
    tables : intake Tables
        orders; all other tables of `account_facts`, and financials, add to it.
    invoices : receivables.Receivables, optional
    rules : Rules
    days : sequence of date
        None later than the tables' own.
    summary : DataFrame, optional
        Of `customers.customer_summary` for the last day, sorted by customer_id, where it is at hand.

    Yields
    ------
    Grading or None
        One per day, None for a day without a purchase, and on all without orders.
    """
    if not tables.has("orders", "customer_id", "ordered_at", "amount", "is_return"):
        yield from [None] * len(days)
        return
    owed = [None] * len(days) if invoices is None else customer_receivables(invoices, days=days)
    statements = read_statements(tables)
    facts = account_facts(tables, days=days)
    for place, (day, owing) in enumerate(zip(days, owed, strict=True)):
        more = [owing, None if statements is None else last_statements(statements, as_of=day)]
        known = summary if place == len(days) - 1 else None
        table = next(facts)
        yield _graded_on(tables, table, known, more, rules, day) if len(table) else None


def _graded_on(tables, facts, summary, more, rules, day):
    """Grades of one day from its facts, which become part of the result."""
    if summary is None:
        summary = customer_summary(tables["orders"], as_of=day).order_by("customer_id").to_pandas()
    if not np.array_equal(summary["customer_id"], facts["customer_id"]):
        summary = summary.set_index("customer_id").loc[facts["customer_id"]].reset_index()
    facts["T_days"] = summary["T_days"].to_numpy(float)
    for part in more:
        if part is not None:
            facts[list(part)] = part.reindex(facts["customer_id"]).set_axis(facts.index)
    kinds = facts["type"] if "type" in facts else np.full(len(facts), "")
    models = kind_models(summary, kinds)
    values = expected_values(
        summary, kinds, models, horizon_months=HORIZON_MONTHS,
        discount_rate_annual=rules.discount_rate,
    )  # fmt: skip
    facts["contribution"], basis = _contribution(facts)
    facts["expected"] = values["clv"].to_numpy(float) + _of_contracts(facts)
    facts["active"] = values["probability_alive"].to_numpy(float)
    if facts["active"].isna().all():  # no model: whoever bought within a year is active
        since = day - timedelta(days=365)
        facts["active"] = (pd.to_datetime(facts["last_on"]) > pd.Timestamp(since)).astype(float)
    return graded(facts, rules=rules, as_of=day, values=values, models=models, basis=basis,
                  missing=tuple(n for n in WANTED if n not in tables), owing=more[0])  # fmt: skip


def two_years(tables, invoices=None, *, rules: Rules, as_of: date, summary=None):
    """Grades of the reporting date and of a year before; either is None where it can't be made.

    Of the year before, which is graded first, only customer_id and tier are kept. `summary` as in
    `open_grading`.
    """
    then = (pd.Timestamp(as_of) - pd.DateOffset(years=1)).date()
    found = open_grading(tables, invoices, rules=rules, days=[then, as_of], summary=summary)
    before = next(found)
    if before is not None and before.enough:
        before = replace(before, table=before.table[["customer_id", "tier"]].copy(), values=None)
    else:
        before = None
    return next(found), before


def graded(
    facts, *, rules, as_of, values=None, models=None, basis="revenue", missing=(), owing=None
) -> Grading:
    """Facts of customers made into points, factors and tiers.

    Parameters
    ----------
    facts : DataFrame
        customer_id and any facts of `grading_points.indicator_points`.
    rules : Rules
    """
    scales = {f"{name}_scale": ends for name, ends in rules.scales.items() if ends}
    indicators = indicator_points(facts, **scales)
    factors = factor_points(indicators, unknown=rules.unknown)
    points = factors[list(FACTORS)].to_numpy(float)
    weights = np.asarray(rules.weights, float)
    tier = tier_of(points, weights, **rules.limits)
    shares = tier_shares(points, **rules.limits)
    place = pd.Series(tier).map({name: i for i, name in enumerate(TIERS)}).to_numpy(int)
    sure = shares[list(TIERS)].to_numpy()[np.arange(len(tier)), place] if len(tier) else np.zeros(0)
    told = pd.DataFrame({
        "points": points @ (weights / weights.sum()), "tier": tier, "sure": sure,
        "strategic_share": shares["strategic"].to_numpy(),
        "key_share": 1 - shares["ordinary"].to_numpy(),
    }, index=facts.index)  # fmt: skip
    table = pd.concat([facts, indicators, factors, told], axis=1)
    table.index = pd.RangeIndex(len(table))
    known = [c for c in indicators if indicators[c].notna().any()]
    return Grading(table, known, values, models or {}, rules, as_of, basis, missing, owing)


def _contribution(facts):
    """Revenue less cost of goods where costs are known, else revenue; and which of the two."""
    if "goods" in facts and (facts["priced"] > 0).any():
        kept = 1 - facts["goods"].sum() / facts["priced"].sum()
        margin = facts["priced"] - facts["goods"] + (facts["revenue"] - facts["priced"]) * kept
        return margin.fillna(0.0), "gross_margin"
    return facts["revenue"].fillna(0.0), "revenue"


def _of_contracts(facts):
    """Money of running contracts for as long as contracts of these customers are usually renewed."""
    if not {"contract_value", "ended", "renewed"} <= set(facts):
        return np.zeros(len(facts))
    value = facts["contract_value"].fillna(0.0).to_numpy(float)
    ended, renewed = facts["ended"].sum(), facts["renewed"].sum()
    rate = renewed / ended if ended > 0 else 0.0
    terms = HORIZON_MONTHS / 12
    # the term that runs is half over on average; each later one comes with the rate
    return value * (0.5 + sum(rate**k for k in range(1, int(terms))))
