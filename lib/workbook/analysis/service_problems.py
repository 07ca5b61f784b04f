"""What got worse in service: five detectors over slices, with one error budget."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.blocks import key_of
from workbook.analysis.complaint_repeats import followed_again
from workbook.analysis.service_change import changed, detectors, first_bad_week, weekly_cells
from workbook.analysis.tickets import TRAITS, day_number, week_number

__all__ = ["DETECTORS", "Problems", "purchase_weeks", "service_problems"]

#: What is watched: complaints and returns per purchase, complaints of the same matter that come
#: again, tickets done late, and tickets slower than half of those a year before.
DETECTORS = ("complaints", "returns", "again", "late", "slow")
SLICES = ("cause", "category", "channel", "type", "region", "client_tier")
#: Finer columns stand in where their coarser one is missing: fewer comparisons find more.
FINER = {"category": "product", "region": "province"}
MOST_VALUES = 40  # of one column
SMOOTHED = 8  # weeks of purchases that tickets of a week may follow


@dataclass(frozen=True)
class Problems:
    """What was looked at and what it showed.

    `tables` {detector: table from `service_change.changed`}, `cells` {detector: weekly cells},
    `found` from `service_change.detectors`, `last_week` {detector: week}, `usual_hours` the hours
    within which half of the tickets of a year before were solved (None without).
    """

    tables: dict
    cells: dict
    found: pd.DataFrame
    last_week: dict
    usual_hours: float | None

    def worst(self, detector: str):
        """The clearest slice of a detector that found something, else None."""
        hit = self.found[(self.found["detector"] == detector) & self.found["found"]]
        return self.tables[detector].iloc[0] if len(hit) else None

    def since(self, detector: str) -> date:
        """The Monday from which the worst slice is worse, as far as its weeks tell."""
        row = self.worst(detector)
        week = first_bad_week(self.cells[detector], row, last_week=self.last_week[detector])
        return (pd.Timestamp("1970-01-01") + pd.Timedelta(days=week * 7 - 3)).date()


def service_problems(
    tickets: pd.DataFrame, purchases: pd.DataFrame | None, *, as_of: date, within_days=60
) -> Problems:
    """Compare the recent weeks of every slice with the same weeks a year before.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    purchases : pandas.DataFrame or None
        From `purchase_weeks`; None: tickets per week are compared.
    within_days : int
        Days within which a complaint counts as having come again.
    """
    last = week_number(day_number(as_of) + 1) - 1
    complaints = tickets[(tickets["kind"] == "complaint").to_numpy()]
    cells, ends = {}, {}
    for name, kind in (("complaints", "complaint"), ("returns", "return")):
        rows = tickets[(tickets["kind"] == kind).to_numpy()]
        columns = [c for c in SLICES if c != "cause" or name == "complaints"]
        cells[name] = _per_purchase(rows, purchases, _used(rows, columns))
        ends[name] = last
    again = followed_again(complaints, as_of=as_of, within_days=within_days, same_matter=True)
    cells["again"] = weekly_cells(again, again["again"], np.ones(len(again)), _used(again, SLICES))
    ends["again"] = last - -(-within_days // 7)
    judged = tickets[tickets["due"].isin(["met", "breached"]).to_numpy()]
    columns = ("kind", "channel", "priority", "type", "region")
    late = judged["due"] == "breached"
    cells["late"] = weekly_cells(judged, late, np.ones(len(judged)), _used(judged, columns))
    ends["late"] = last
    usual = _usual_hours(tickets, last)
    if usual is not None:
        told = tickets[(tickets["done"] | (tickets["hours"] >= usual)).to_numpy()]
        slow = ~(told["done"] & (told["hours"] <= usual))
        cells["slow"] = weekly_cells(told, slow, np.ones(len(told)), _used(told, columns))
        ends["slow"] = last - int(-(-usual // 168))
    tables = {}
    for name, part in cells.items():
        part = part[part["week"] <= ends[name]]
        share = name not in ("complaints", "returns")
        # whether a complaint comes again knows no season, so all earlier weeks serve
        tables[name] = changed(part, last_week=ends[name], share=share, seasonal=name != "again")
    return Problems(tables, cells, detectors(tables), ends, usual)


def _used(rows, columns):
    """Columns with 2 to `MOST_VALUES` values, the finer one where the coarser has none."""

    def usable(column):
        return 2 <= rows[column].nunique() <= MOST_VALUES

    chosen = [c if usable(c) else FINER.get(c, c) for c in columns]
    return [c for c in chosen if usable(c)]


def _usual_hours(tickets, last):
    """Hours within which half of the tickets opened before the last year were solved."""
    early = tickets[(tickets["week"] <= last - 52).to_numpy()]
    if len(early) < 100 or early["done"].mean() < 0.9:
        return None
    return float(early["hours"].median())


def _per_purchase(rows, purchases, columns):
    """Tickets against purchases of the weeks before; per week where there are no purchases."""
    cells = weekly_cells(rows, np.ones(len(rows)), np.zeros(len(rows)), columns)
    keys = ["column", "value", "week"]
    if purchases is None:
        if cells.empty:
            return cells
        first, last = int(cells["week"].min()), int(cells["week"].max())
        pairs = cells[keys[:2]].drop_duplicates()
        grid = pairs.merge(pd.DataFrame({"week": range(first, last + 1)}), how="cross")
        return grid.merge(cells, on=keys, how="left").fillna({"events": 0.0}).assign(base=1.0)
    own = set(purchases["column"])
    parts = []
    for column, value in cells[keys[:2]].drop_duplicates().itertuples(index=False):
        source = (column, value) if column in own else ("all", "")
        base = purchases[(purchases["column"] == source[0]) & (purchases["value"] == source[1])]
        parts.append(base.assign(column=column, value=value))
    if not parts:
        return cells
    grid = pd.concat(parts, ignore_index=True)
    grid = grid[grid["week"] >= cells["week"].min()]
    joined = grid.merge(cells.drop(columns="base"), on=keys, how="left")
    return joined.fillna({"events": 0.0})


def purchase_weeks(
    days: ir.Table, orders: ir.Table, customers: ir.Table | None, *, as_of: date
) -> pd.DataFrame:
    """Purchases that a week's tickets may follow, in all, by product and by trait of the customer.

    Parameters
    ----------
    days : ibis.Table
        customer_id, bought_on, as `lifecycle.purchase_days` gives them.
    orders : ibis.Table
        customer_id, ordered_at, is_return; product where there is one.
    customers : ibis.Table, optional

    Returns
    -------
    pandas.DataFrame
        column ("all", "product", "category", a trait), value, week, base (mean weekly purchase days of this
        week and the seven before).
    """
    week = _week(days.bought_on)
    parts = [_counted(days.group_by(week=week).aggregate(n=days.count()), "all")]
    for column in ("product", "category"):
        if column not in orders.columns:
            continue
        bought = orders.filter(~orders.is_return & orders[column].notnull())
        if not 2 <= bought[column].nunique().to_pandas() <= MOST_VALUES:
            continue
        sold = bought.select(
            who=key_of(bought.customer_id.cast("string")), on=bought.ordered_at.date(),
            value=bought[column].cast("string").strip(),
        ).distinct()  # fmt: skip
        by = sold.group_by("value", week=_week(sold["on"])).aggregate(n=sold.count())
        parts.append(_counted(by, column))
    traits = [] if customers is None else [c for c in TRAITS if c in customers.columns]
    if traits:
        known = customers.select("customer_id", *traits).distinct(on="customer_id")
        named = days.select("customer_id", "bought_on").inner_join(known, "customer_id")
        # once for all traits together: few customers are alike in none of them
        alike = named.group_by(*traits, week=_week(named.bought_on)).aggregate(n=named.count())
        alike = alike.cache()
        for trait in traits:
            of = alike.filter(alike[trait].notnull())
            by = of.group_by("week", value=of[trait].cast("string"))
            parts.append(_counted(by.aggregate(n=of.n.sum()), trait))
    table = pd.concat(parts, ignore_index=True)
    weeks = range(int(table["week"].min()), week_number(day_number(as_of)) + 1)
    wide = table.pivot_table(index="week", columns=["column", "value"], values="n", aggfunc="sum")
    wide = wide.reindex(weeks).fillna(0.0).rolling(SMOOTHED, min_periods=1).mean()
    return wide.stack(["column", "value"], future_stack=True).rename("base").reset_index()


def _week(day):
    since = day.cast("date").delta(ibis.date("1970-01-01"), unit="day")
    return ((since + 3) // 7).cast("int64")


def _counted(table, column):
    frame = table.to_pandas()
    if "value" not in frame:
        frame["value"] = ""
    return frame.assign(column=column)[["column", "value", "week", "n"]]
