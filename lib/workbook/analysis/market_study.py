"""The parts of the market theme, each from the tables it needs, or what it lacks."""

from datetime import date
from functools import cached_property

import ibis
import numpy as np
import pandas as pd

from workbook.analysis import (
    competitors,
    market_share,
    new_products,
    place_sums,
    purchasing_power,
    reach,
    wallet_share,
    year_change,
)
from workbook.analysis.loyalty_parts import Absent, absent
from workbook.analysis.market_figures import market_figures, own_entities
from workbook.analysis.panel_study import panel_study

__all__ = ["MarketStudy", "open_market"]


class MarketStudy:
    """The client in its market. Built by `open_market`; each part is made on first use."""

    def __init__(self, tables, *, as_of, currency, client, own_names, panel_households, confidence):
        self.tables, self.as_of, self.currency = tables, as_of, currency
        self.client, self.own_names = client, list(own_names)
        self.panel_households, self.confidence = panel_households, confidence

    @cached_property
    def brands(self):
        """The client's own brands as its orders name them, most money first, at most 50."""
        if absent(self.tables, "orders", "brand"):
            return []
        orders = self.tables.orders
        sums = orders.group_by("brand").aggregate(amount=orders.amount.sum())
        found = sums.filter(sums.brand.notnull()).order_by([ibis.desc("amount"), "brand"]).limit(50)
        return found.to_pandas()["brand"].astype(str).tolist()

    @cached_property
    def rates(self):
        """The table fx as a frame, or an `Absent`."""
        return absent(self.tables, "fx", "rate") or self.tables.fx.to_pandas()

    @cached_property
    def figures(self):
        """`MarketFigures`, or an `Absent`."""
        lacking = absent(self.tables, "market", "value")
        if lacking:
            return lacking
        rows = self.tables.market.to_pandas()
        own = self._own_in(rows["entity"].dropna().unique())
        rates = None if isinstance(self.rates, Absent) else self.rates
        found = market_figures(rows, as_of=self.as_of, currency=self.currency, own=own, rates=rates)
        return found if len(found.rows) else Absent("market", rows=True)

    def _own_in(self, names):
        return own_entities(names, names=self.own_names, client=self.client, brands=self.brands)

    @cached_property
    def periods(self):
        """(`market_share.by_period`, whether the total is only that of the firms named), or `Absent`."""
        if isinstance(self.figures, Absent):
            return self.figures
        wide, named_only = market_share.by_period(self.figures)
        return (wide, named_only) if len(wide) else Absent("market", rows=True)

    @cached_property
    def firms(self):
        """`competitors.competitors`, or an `Absent`."""
        if isinstance(self.periods, Absent):
            return self.periods
        return competitors.competitors(
            self.periods[0], own=self.figures.own, per_year=self.figures.per_year, confidence=self.confidence
        )  # fmt: skip

    @cached_property
    def own_share(self):
        """Dict of the client's share: share, before, change (`YearChange` or None), sales, sales_before,
        size, size_before; an `Absent`, or None where the client is not among the firms."""
        if isinstance(self.periods, Absent):
            return self.periods
        wide = self.periods[0].dropna(subset=["own", "total"])
        per_year = self.figures.per_year
        now, before = year_change.year_values(wide["own"], per_year=per_year)
        size, size_before = year_change.year_values(wide["total"], per_year=per_year)
        if not np.isfinite(now) or not size > 0:
            return None
        change = year_change.year_change(wide["own"] / wide["total"], per_year=per_year, confidence=self.confidence)  # fmt: skip
        step = None if change is None else year_change.step_start(wide["own"] / wide["total"], per_year=per_year)  # fmt: skip
        return {"start": None if step is None else wide.index[step], "share": now / size, "before": before / size_before, "change": change, "sales": now,
                "sales_before": before, "size": size, "size_before": size_before,
                "until": wide.index[-1]}  # fmt: skip

    @cached_property
    def growth(self):
        """`YearChange` of the whole market; None where it can't be told."""
        if isinstance(self.periods, Absent) or self.periods[1]:
            return None
        return year_change.year_change(
            self.periods[0]["total"].dropna(), per_year=self.figures.per_year, confidence=self.confidence
        )  # fmt: skip

    @cached_property
    def books(self):
        """The client's sales in its own orders of the year that the market figures cover; None
        without orders or own sales."""
        if not isinstance(self.own_share, dict) or absent(self.tables, "orders"):
            return None
        last = self.own_share["until"] + pd.DateOffset(months=12 // self.figures.per_year)
        first = last - pd.DateOffset(months=12)
        day = self.tables.orders.ordered_at.cast("date")
        rows = self.tables.orders.filter((day >= first.date()) & (day < last.date()))
        total = rows.amount.sum().execute()
        return None if total is None or pd.isna(total) else float(total)

    @property
    def split(self):
        """`market_share.sales_split`, None without parts known for two years."""
        return (
            None if isinstance(self.segments, Absent) else market_share.sales_split(self.segments)
        )

    @property
    def concentration(self):
        """`competitors.concentration_of_market`, None without firms."""
        return None if isinstance(self.firms, Absent) else competitors.concentration_of_market(self.firms)  # fmt: skip

    @property
    def entrants(self):
        """`competitors.entrants`, None without figures."""
        if isinstance(self.periods, Absent):
            return None
        return competitors.entrants(self.periods[0], per_year=self.figures.per_year)

    @cached_property
    def segments(self):
        """`market_share.segment_shares`, or an `Absent`."""
        if isinstance(self.figures, Absent):
            return self.figures
        return market_share.segment_shares(self.figures, confidence=self.confidence)

    @cached_property
    def panel(self):
        """`PanelStudy`, or an `Absent`."""
        lacking = absent(self.tables, "panel")
        if lacking:
            return lacking
        rows = self.tables.panel
        sizes = rows.group_by("brand").aggregate(n=rows.count())
        names = sizes.order_by([ibis.desc("n"), "brand"]).limit(10_000).to_pandas()["brand"]
        own = self._own_in(names.dropna().astype(str).tolist())
        return panel_study(
            rows, as_of=self.as_of, own=own, households=self.panel_households, confidence=self.confidence
        ) or Absent("panel", rows=True)  # fmt: skip

    def sums(self, column):
        """`place_sums.PlaceSums` by a column of customers, or an `Absent`."""
        lacking = absent(self.tables, "customers", column) or absent(self.tables, "orders")
        if lacking:
            return lacking
        made = self.__dict__.setdefault("_sums", {})
        if column not in made:
            found = place_sums.place_sums(self.tables.orders, self.tables.customers, column, as_of=self.as_of)  # fmt: skip
            made[column] = found or Absent("customers", column, rows=True)
        return made[column]

    @cached_property
    def reached(self):
        """(column, `reach.reach_by_place`, places without population), or an `Absent`.

        The column of customers is that whose values the population figures name most often.
        """
        if isinstance(self.figures, Absent):
            return self.figures
        if self.figures.of("population").empty:
            return Absent("market", "population")
        if lacking := absent(self.tables, "customers") or absent(self.tables, "orders"):
            return lacking
        column = reach.column_with_population(self.tables.customers, self.figures)
        if column is None:
            return Absent("market", "population", rows=True)
        sums = self.sums(column)
        if isinstance(sums, Absent):
            return sums
        places = sorted(sums.totals["place"].unique())
        population = reach.population_of(self.figures, places)
        table = reach.reach_by_place(sums, population, confidence=self.confidence)
        return column, table, [p for p in places if p not in population.index]

    @cached_property
    def wallets(self):
        """(rows, total, by group, part read), or an `Absent`."""
        lacking = absent(self.tables, "customers", "estimated_wallet") or absent(
            self.tables, "orders"
        )
        if lacking:
            return lacking
        rows, part = wallet_share.wallet_rows(self.tables.orders, self.tables.customers, as_of=self.as_of)  # fmt: skip
        if rows.empty:
            return Absent("customers", "estimated_wallet", rows=True)
        level = {"confidence": self.confidence}
        return rows, wallet_share.wallet_total(rows, **level), wallet_share.wallet_by_group(rows, **level), part  # fmt: skip

    @cached_property
    def money(self):
        """`purchasing_power.rates_table`, or an `Absent`."""
        if isinstance(self.rates, Absent):
            return self.rates
        table = purchasing_power.rates_table(self.rates, as_of=self.as_of)
        return table if len(table) else Absent("fx", rows=True)

    @cached_property
    def news(self):
        """`NewProducts`, None where the data begin too late, or an `Absent`."""
        lacking = absent(self.tables, "orders", "product")
        if lacking:
            return lacking
        return new_products.new_products(self.tables.orders, as_of=self.as_of, confidence=self.confidence)  # fmt: skip


def open_market(
    tables,
    *,
    as_of: date,
    currency="",
    client="",
    own_names=(),
    panel_households=0,
    confidence=0.95,
):
    """The client in its market.

    Parameters
    ----------
    tables : workbook.intake.tables.Tables
    as_of : datetime.date
    currency : str
        The client's currency.
    client : str
        The client's name, in which its own firm or brand is looked for.
    own_names : list of str
        Its firm and brands in the tables market and panel; empty: looked for.
    panel_households : int
        Households of the panel, buyers or not; 0: not known.
    confidence : float

    Returns
    -------
    MarketStudy
    """
    return MarketStudy(
        tables, as_of=as_of, currency=currency, client=client, own_names=own_names,
        panel_households=panel_households, confidence=confidence,
    )  # fmt: skip
