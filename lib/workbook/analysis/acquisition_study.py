"""What the acquisition report starts from: new customers, spend, leads and deals, as far as known."""

from dataclasses import dataclass, field
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from workbook.analysis import (
    acquisition_balance,
    acquisition_cost,
    channel_value,
    conversion_delay,
    deal_cycles,
    deal_outcomes,
    first_incentives,
    first_year,
    payback,
    spend_lag,
)
from workbook.analysis.acquisition_problems import acquisition_problems
from workbook.analysis.marginal_cost import marginal_cost
from workbook.analysis.new_customers import (
    channel_names,
    lead_waits,
    monthly_customers,
    new_customers,
)

__all__ = ["Acquisition", "open_acquisition"]

KNOWN = 0.5  # share of new customers whose lead must be known to count by its month


@dataclass(frozen=True)
class Acquisition:
    """A client's new customers as of a day; every part is empty or None where its table is missing.

    Attributes
    ----------
    people : ibis.Table or None
        From `new_customers.new_customers`.
    names : dict
        {channel key: the name as the tables write it}.
    panel : pandas.DataFrame
        From `acquisition_cost.matched_months`; empty without spend or customers.
    matched : str
        "lead": customers stand in the month of their lead; "lag": `lag` months after the spend.
    lag, lag_clear
        From `spend_lag.best_lag`.
    waits : pandas.DataFrame or None
        From `new_customers.lead_waits`.
    spells, lead_months : pandas.DataFrame or None
        From `conversion_delay`.
    deals : pandas.DataFrame or None
        From `deal_outcomes.decided_deals`.
    year, money : ibis.Table or None, from `first_year`
    basis : str
        "gross_margin" or "revenue": what value counts.
    new : pandas.DataFrame
        New customers by channel and month in which they became one.
    """

    people: ir.Table | None
    names: dict
    cost: pd.DataFrame
    panel: pd.DataFrame
    matched: str
    lag: int
    lag_clear: bool
    waits: pd.DataFrame | None
    spells: pd.DataFrame | None
    lead_months: pd.DataFrame | None
    deals: pd.DataFrame | None
    year: ir.Table | None
    money: ir.Table | None
    basis: str
    new: pd.DataFrame
    as_of: date
    tables: object = field(repr=False)

    def table(self, name: str, *columns: str):
        """A table with these columns, or None."""
        return self.tables[name] if self.tables.has(name, *columns) else None

    def costs(self, **options) -> pd.DataFrame:
        """`acquisition_cost.cac_table`."""
        return acquisition_cost.cac_table(self.panel, **options)

    def by_lag(self) -> pd.DataFrame:
        """`spend_lag.cac_by_lag`."""
        return spend_lag.cac_by_lag(self.cost, self.new, as_of=self.as_of)

    def problems(self, *, within_days: int):
        """`acquisition_problems.acquisition_problems`."""
        leads = self.table("leads", "created_on", "converted_on")
        return acquisition_problems(
            self.panel,
            leads,
            self.lead_months,
            self.deals,
            as_of=self.as_of,
            within_days=within_days,
        )

    def marginal(self, rises=(), **options):
        """`marginal_cost.marginal_cost`, with a level of its own after each of the `rises` of cost."""
        if self.panel.empty:
            return None
        breaks = {r.channel: pd.Timestamp(r.start) for r in rises if r.channel is not None}
        return marginal_cost(self.panel, breaks=breaks, **options)

    def conversion(self, **options) -> pd.DataFrame | None:
        """`conversion_delay.conversion_by`, None without leads."""
        if self.spells is None or self.spells.empty:
            return None
        return conversion_delay.conversion_by(self.spells, **options)

    def values(self, *, confidence=0.95) -> dict:
        """`channel_value`'s tables by name: kept, alike, again; empty without orders."""
        if self.year is None:
            return {}
        level = {"confidence": confidence}
        return {
            "kept": channel_value.channel_values(self.year, **level),
            "alike": channel_value.like_for_like(self.year, value="kept", **level),
            "again": channel_value.buy_again(self.people, as_of=self.as_of, **level),
        }

    def paybacks(self, costs: pd.DataFrame, kept: pd.DataFrame | None = None, **options) -> list:
        """`payback.paybacks` at these costs; empty without orders. `kept`: from `values`."""
        if self.money is None or costs.empty:
            return []
        known = costs[(costs["row"] != "paid") & costs["cac"].notna()]
        by_key = {}
        for row in known.itertuples():
            if row.row == "blended" or row.channel is not None:
                by_key.setdefault(None if row.row == "blended" else row.channel, (row.cac, row.customers))  # fmt: skip
        cells = payback.earning_cells(self.people, self.money, as_of=self.as_of)
        spread = acquisition_cost.dispersion(self.panel)
        errors = {} if kept is None else channel_value.relative_errors(kept)
        return payback.paybacks(*cells, by_key, errors=errors, spread=spread, **options)

    def paid_back(self, costs: pd.DataFrame, **options) -> pd.DataFrame:
        """`channel_value.paid_back_share` at these costs; empty without orders."""
        known = costs[(costs["row"] == "channel") & costs["channel"].notna() & costs["cac"].notna()]
        by_key = (
            dict(zip(known["channel"], known["cac"], strict=True)) if self.year is not None else {}
        )
        return channel_value.paid_back_share(self.year, by_key, **options)

    def tornado(self, costs: pd.DataFrame) -> pd.DataFrame:
        """`acquisition_balance.tornado` of all channels; empty without orders or spend."""
        if self.year is None or costs.empty or not costs["cac"].iloc[0] > 0:
            return pd.DataFrame()
        cells = acquisition_balance.balance_cells(self.year)
        spread = acquisition_cost.dispersion(self.panel)
        return acquisition_balance.tornado(cells, costs["cac"].iloc[0], costs["customers"].iloc[0], spread=spread)  # fmt: skip

    def shift(self, costs: pd.DataFrame, values: dict, **options) -> dict | None:
        """`acquisition_balance.budget_shift`; None without orders or spend."""
        spread = acquisition_cost.dispersion(self.panel)
        if not values or costs.empty:
            return None
        return acquisition_balance.budget_shift(
            costs, values["alike"], values["kept"], spread=spread, **options
        )

    def first_purchases(self, **options) -> pd.DataFrame | None:
        """`first_incentives.first_purchase_with`, None without orders."""
        if self.year is None:
            return None
        offers = self.table("offers", "customer_id", "redeemed_on")
        return first_incentives.first_purchase_with(
            self.people, self.tables["orders"], self.year, offers, **options
        )

    def first_steps(self, **options) -> pd.DataFrame | None:
        """`first_incentives.first_steps`, None without customers."""
        if self.people is None or self.money is None:
            return None
        events = self.table("events", "occurred_at", "kind", "customer_id")
        offers = self.table("offers", "customer_id", "issued_on")
        if events is None and offers is None:
            return None
        return first_incentives.first_steps(
            self.people, events, offers, as_of=self.as_of, **options
        )

    def stages(self, *, confidence=0.95) -> pd.DataFrame | None:
        """`deal_outcomes.stage_wins` with the waits of `deal_cycles.deal_stage_waits` (waits: median
        days; amount: mean money of deals lost there); None without moves."""
        moves = self.table("deal_stages", "deal_id", "at", "stage")
        if moves is None or self.deals is None:
            return None
        wins = deal_outcomes.stage_wins(moves, self.tables["deals"], confidence=confidence)
        waits = deal_cycles.deal_stage_waits(moves, self.tables["deals"])
        return wins.merge(waits[["stage", "waits"]], on="stage", how="left")


def open_acquisition(tables, *, counted="first_purchase", gross_margin=0.0) -> Acquisition:
    """The client's new customers, spend, leads and deals.

    Parameters
    ----------
    tables : intake Tables
        Any of orders, customers, leads, spend, deals, deal_stages, offers, events.
    counted : {"first_purchase", "joined"}
        As for `new_customers.new_customers`.
    gross_margin : float
        Share of revenue that is kept; 0: from the cost of the orders, else revenue counts.
    """
    as_of = tables.as_of

    def known(name, *columns):
        return tables[name] if tables.has(name, *columns) else None

    orders = known("orders", "customer_id", "ordered_at", "amount", "is_return")
    customers = known("customers", "customer_id")
    leads, spend = known("leads", "created_on"), known("spend", "month", "channel", "amount")
    deals = known("deals", "deal_id", "won")
    names = channel_names((customers, "channel"), (spend, "channel"), (leads, "channel"))
    people = new_customers(orders, customers, leads, as_of=as_of, counted=counted)
    people = None if people is None else people.cache()
    cost = acquisition_cost.monthly_cost(spend) if spend is not None else pd.DataFrame()
    matched, lag, clear, waits = "lead", 0, False, None
    new = pd.DataFrame(columns=["channel", "month", "customers"])
    panel = acquisition_cost.matched_months(cost.head(0), new, None, as_of=as_of)
    if people is not None:
        new = monthly_customers(people, by="new_on")
        by_lead = monthly_customers(people, by="lead_on")
        matched = "lead" if by_lead["customers"].sum() >= KNOWN * max(new["customers"].sum(), 1) else "lag"  # fmt: skip
        if len(cost) and matched == "lead":
            waits = lead_waits(people, as_of=as_of)
            panel = acquisition_cost.matched_months(cost, by_lead, waits, as_of=as_of)
        elif len(cost):
            lag, clear = spend_lag.best_lag(cost, new, as_of=as_of)
            panel = acquisition_cost.matched_months(cost, new, None, as_of=as_of, lag_months=lag)
    spells = lead_months = None
    if leads is not None:
        lead_months = conversion_delay.monthly_leads(leads)
        if "converted_on" in leads.columns:
            spells = conversion_delay.lead_spells(leads, as_of=as_of)
    money = year = None
    basis = "revenue"
    if orders is not None and people is not None:
        given = gross_margin if gross_margin > 0 else None
        money = first_year.order_money(orders, margin=given)
        basis = "gross_margin" if given or "cost" in orders.columns else "revenue"
        year = first_year.first_year(people, money, as_of=as_of)
        if not int(year.count().to_pandas()):
            year = None
    decided = None
    if deals is not None:
        stages = known("deal_stages", "deal_id", "at", "stage")
        decided = deal_outcomes.decided_deals(deals, stages, as_of=as_of)
    return Acquisition(
        people, names, cost, panel, matched, lag, clear, waits, spells, lead_months, decided, year, money,
        basis, new, as_of, tables,
    )  # fmt: skip
