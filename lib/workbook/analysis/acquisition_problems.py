"""What got worse in winning customers: cost, conversion and deals, with one error budget."""

from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import pandas as pd

from workbook.analysis.cac_change import cac_changes
from workbook.analysis.cac_rise import cac_rise
from workbook.analysis.deal_outcomes import win_changes
from workbook.analysis.new_customers import channel_key
from workbook.analysis.service_change import changed, detectors, first_bad_week
from workbook.analysis.tickets import day_number, week_number

__all__ = ["DETECTORS", "AcquisitionProblems", "acquisition_problems", "late_leads"]

#: Cost per new customer, leads that don't convert in time, deals that are lost.
DETECTORS = ("cac", "leads", "deals")
LEVEL = 0.01  # of Benjamini-Hochberg among the channels of a detector that passed


@dataclass(frozen=True)
class AcquisitionProblems:
    """What was looked at and what it showed.

    `tables` {detector: slices with p and q}, `found` as `service_change.detectors` gives it, `rises`
    (list of `cac_rise.CacRise`), `cells` and `last_week` {detector: ...} of leads and deals.
    """

    tables: dict
    found: pd.DataFrame
    rises: list
    cells: dict
    last_week: dict

    def worst(self, detector: str):
        """The clearest slice of a detector that found something, else None."""
        hit = self.found[(self.found["detector"] == detector) & self.found["found"]]
        return self.tables[detector].iloc[0] if len(hit) else None

    def since(self, detector: str) -> date:
        """The Monday from which the worst slice of leads or deals is worse."""
        row = self.worst(detector)
        week = first_bad_week(self.cells[detector], row, last_week=self.last_week[detector])
        return (pd.Timestamp("1970-01-01") + pd.Timedelta(days=week * 7 - 3)).date()


def late_leads(leads: ir.Table, *, as_of: date, within_days: int) -> tuple[pd.DataFrame, int]:
    """Leads not converted within so many days, by week in which they came in.

    Returns
    -------
    cells : pandas.DataFrame
        column ("all" or "channel"), value, week, events (not converted in time), base (leads that old).
    last_week : int
        The last week whose leads are all that old.
    """
    until = as_of - timedelta(days=within_days)
    rows = leads.filter(leads.created_on.cast("date") <= ibis.literal(until).cast("date"))
    day = rows.created_on.cast("date").delta(ibis.date("1970-01-01"), unit="day")
    wait = rows.converted_on.cast("date").delta(rows.created_on.cast("date"), unit="day")
    key = channel_key(rows.channel) if "channel" in rows.columns else ibis.null("string")
    rows = rows.select(
        value=key,
        week=((day + 3) // 7).cast("int64"),
        late=(~(wait <= within_days).fill_null(False)).cast("int64"),
    )
    counts = rows.group_by("value", "week").aggregate(events=rows.late.sum(), base=rows.count())
    table = counts.order_by("value", "week").to_pandas().astype({"events": float, "base": float})
    whole = (
        table.groupby("week", as_index=False)[["events", "base"]]
        .sum()
        .assign(column="all", value="")
    )
    named = table[table["value"].notna()].assign(column="channel")
    cells = pd.concat([whole, named], ignore_index=True)[
        ["column", "value", "week", "events", "base"]
    ]
    return cells, week_number(day_number(until) + 1) - 1


def acquisition_problems(
    panel: pd.DataFrame,
    leads: ir.Table | None,
    lead_months: pd.DataFrame | None,
    deals: pd.DataFrame | None,
    *,
    as_of: date,
    within_days: int = 30,
) -> AcquisitionProblems:
    """Compare the last months of every channel with the same months a year before.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `acquisition_cost.matched_months`.
    leads : ibis.Table or None
        created_on, converted_on; channel where known.
    lead_months : pandas.DataFrame or None
        From `conversion_delay.monthly_leads`.
    deals : pandas.DataFrame or None
        From `deal_outcomes.decided_deals`.
    within_days : int
        Days in which a lead is to convert.

    Notes
    -----
    Holm over the detectors at 0.2 %, one p each (Simes over its slices). Of cost, every channel
    whose q is below 1 % is told, the whole only when no channel is.
    """
    tables, cells, ends = {"cac": cac_changes(panel, lead_months)}, {}, {}
    if leads is not None:
        cells["leads"], ends["leads"] = late_leads(leads, as_of=as_of, within_days=within_days)
        part = cells["leads"][cells["leads"]["week"] <= ends["leads"]]
        tables["leads"] = changed(part, last_week=ends["leads"], share=True)
    if deals is not None and len(deals):
        tables["deals"], cells["deals"] = win_changes(deals, as_of=as_of)
        ends["deals"] = week_number(day_number(as_of) + 1) - 1
    found = detectors(tables)
    rises = []
    if (found["found"] & (found["detector"] == "cac")).any():
        table = tables["cac"]
        clear = table[table["q"] < LEVEL].drop_duplicates("channel")
        named = clear[clear["channel"].notna()]
        for _, row in (named if len(named) else clear).iterrows():
            rise = cac_rise(panel, row, lead_months)
            if rise is not None:
                rises.append(rise)
    return AcquisitionProblems(tables, found, rises, cells, ends)
