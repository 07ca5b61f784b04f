"""Everything the forecast of single customers needs from a client's tables, step by step."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import pandas as pd

from workbook.analysis.category_propensity import (
    category_days,
    category_propensity,
    top_categories,
)
from workbook.analysis.context_features import (
    absent_sources,
    context_features,
    customer_traits,
)
from workbook.analysis.contract_propensity import contract_ends, contract_task
from workbook.analysis.contract_study import contract_study
from workbook.analysis.customers import purchase_counts
from workbook.analysis.forecast_cuts import ForecastCuts, forecast_cuts, months_back
from workbook.analysis.model_inputs import baseline_groups, model_inputs, shared_figures
from workbook.analysis.propensity_trial import Task
from workbook.analysis.purchase_features import (
    bought_days,
    hashed_part,
    purchase_features,
    purchases_after,
)
from workbook.analysis.sales_forecast import SalesTask
from workbook.analysis.still_customers import alive_fit

__all__ = ["PredictionStudy", "prediction_study"]

#: Customers whose past is looked at; today's scores are for everybody.
STUDIED = 20_000
_WINDOW = {1: "month", 2: "quarter", 3: "quarter", 4: "quarter", 6: "half", 12: "year"}


@dataclass
class PredictionStudy:
    """The client's customers on the days of the forecasts.

    Attributes
    ----------
    tables : Tables
    as_of : date
    buying, leaving : forecast_cuts.ForecastCuts
        Days of the forecast of buying, and of falling silent or ending a contract.
    part : float or None
        Share of customers studied, chosen by hash; None for all.
    customers, studied : int
        With a purchase, and of those looked at in the past.
    absent : list of str
        Sources of figures that the client does not have.
    """

    tables: object
    as_of: date
    buying: ForecastCuts
    leaving: ForecastCuts
    part: float | None
    customers: int
    studied: int
    absent: list

    @cached_property
    def days(self):
        """Purchase days of all customers."""
        return bought_days(self.tables["orders"])

    @cached_property
    def _studied_days(self):
        return (
            self.days if self.part is None else bought_days(self.tables["orders"], part=self.part)
        )

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Customers studied on every day, with figures and what came after."""
        cuts = sorted({*self.buying.days, *self.leaving.days}, reverse=True)
        if self.part is not None:
            cuts = [day for day in cuts if day != self.as_of]
        table = self._known(self._studied_days, cuts, self.part)
        if self.part is not None:
            table = pd.concat(
                [table, self._known(self.days, [self.as_of], None)], ignore_index=True
            )
        keys = ["customer_id", "cut"]
        for months, name in ((self.buying.months, "after"), (self.leaving.months, "later")):
            found = purchases_after(self._studied_days, self._ends(cuts, months))
            known = found[~found["new"]].drop(columns="new")
            if name == "later":
                known = known[[*keys, "days_after"]].rename(columns={"days_after": "days_later"})
            table = table.merge(known, how="left", on=keys)
        filled = ["days_after", "amount_after", "days_later"]
        return table.assign(**{name: table[name].fillna(0.0) for name in filled})

    def _known(self, days, cuts, part):
        table = purchase_features(days, cuts)
        for frame in context_features(self.tables, cuts, part=part).values():
            table = table.merge(frame, how="left", on=["customer_id", "cut"])
        traits = customer_traits(self.tables, table["customer_id"], as_of=self.as_of)
        return pd.concat([table, traits], axis=1)

    def _ends(self, cuts, months):
        """Day -> last day of its window, where the window is over."""
        back = {months_back(self.as_of, months * k): months_back(self.as_of, months * (k - 1))
                for k in range(1, 40)}  # fmt: skip
        return {day: back[day] for day in cuts if day in back}

    @cached_property
    def new(self) -> pd.DataFrame:
        """Customers studied who first bought in each window: cut, buyers, days_after, amount_after."""
        ends = self._ends(self.buying.days, self.buying.months)
        found = purchases_after(self._studied_days, ends)
        found = found[found["new"]].groupby("cut", as_index=False)
        return found.agg(buyers=("customer_id", "size"), days_after=("days_after", "sum"),
                         amount_after=("amount_after", "sum"))  # fmt: skip

    @cached_property
    def fits(self) -> dict:
        """Day of a forecast -> modified BG/NBD of what was known then."""
        wanted = {}
        for cuts in (self.buying, self.leaving):
            if cuts.now is not None:
                wanted |= dict.fromkeys([origin.day for origin in (cuts.now, *cuts.trials)])
        rows = self.rows
        for day in wanted:
            wanted[day] = alive_fit(purchase_counts(rows[rows["cut"] == pd.Timestamp(day)]))
        return wanted

    def window_days(self, cuts) -> int:
        """Days of a forecast's window."""
        return (self.as_of - months_back(self.as_of, cuts.months)).days

    @property
    def _window(self):
        return _WINDOW.get(self.buying.months, "quarter")

    def _inputs(self, cuts, rows):
        days, made = self.window_days(cuts), {}
        past = rows if self.part is None else rows[rows["cut"] < pd.Timestamp(self.as_of)]

        def inputs(day, part):
            if day not in made:  # what depends on the other rows too, once for the day
                made.clear()
                made[day] = shared_figures(rows if day == self.as_of else past, days=days,
                                           fit=self.fits.get(day), seasonal=cuts.seasonal)  # fmt: skip
            told = model_inputs(part, days=days)
            return told.join(made[day].loc[part.index].reset_index(drop=True))

        return inputs

    def _groups(self, rows):
        window, found = self._window, []

        def groups(part):
            if not found:
                found.append(baseline_groups(rows, window=window))
            return found[0].loc[part.index].reset_index(drop=True)

        return groups

    def buying_task(self) -> Task | None:
        """Whether a customer buys within the window."""
        if self.buying.now is None:
            return None
        rows = self.rows.copy(deep=False)  # as many rows as customers: held once
        rows["happened"] = rows["days_after"] > 0
        return Task(rows, self.buying, self._inputs(self.buying, rows), self._groups(rows))

    def silence_task(self) -> Task | None:
        """Whether a customer who bought in the last year buys nothing in the coming months."""
        if self.leaving.now is None:
            return None
        rows = self.rows[self.rows["days_year"] > 0].reset_index(drop=True)
        rows = rows.assign(happened=rows["days_later"] == 0)
        return Task(rows, self.leaving, self._inputs(self.leaving, rows), self._groups(rows),
                    learners=("logistic",))  # fmt: skip

    def sales_task(self) -> SalesTask:
        """How often and for how much a customer buys."""
        return SalesTask(
            self.rows, self.buying, self._inputs(self.buying, self.rows), self._groups(self.rows),
            self.fits, self.window_days(self.buying), self._window, self.new,
            1.0 if self.part is None else 1 / self.part,
        )  # fmt: skip

    def contracts_task(self, study) -> Task | None:
        """Whether a running contract ends; `study` of `contracts`."""
        if study is None or study.design != "dates":
            return None
        first_on = pd.to_datetime(study.contracts["started_on"], errors="coerce").min()
        known = study.ends_known_from
        first_on = max(first_on, pd.Timestamp(known)) if known else first_on
        if pd.isna(first_on):
            return None
        cuts = forecast_cuts(first_on.date(), self.as_of, months=self.leaving.months)
        chosen = None
        if self.part is not None:
            chosen = (
                hashed_part(self.tables["contracts"], self.part).select("customer_id").distinct()
            )
            chosen = chosen.to_pandas()["customer_id"]
        ends = self._ends(cuts.days, cuts.months)
        table = contract_ends(study, cuts, ends, as_of=self.as_of, chosen=chosen)
        return contract_task(study, cuts, table, self.rows if self.buying.now else pd.DataFrame())

    def contracts(self):
        """The contracts, ready for study; None without a table."""
        if not self.tables.has("contracts", "customer_id", "started_on", "ended_on"):
            return None
        return contract_study(self.tables["contracts"].to_pandas(), as_of=self.as_of)

    def categories(self, task, *, most: int, confidence=0.95):
        """`category_propensity.category_propensity` of the most frequent categories."""
        if task is None or most == 0:
            return None
        orders = self.tables["orders"]
        names = top_categories(orders, most=most)
        if not names:
            return None
        cuts = list(self.buying.days)
        ends = self._ends(cuts, self.buying.months)
        if self.part is not None:
            cuts = [day for day in cuts if day != self.as_of]
        history = category_days(orders, names, cuts, ends, part=self.part)
        if self.part is not None:  # today's chances are everybody's
            today = category_days(orders, names, [self.as_of], {})
            history = pd.concat([history, today], ignore_index=True)
        return category_propensity(task, history, names, confidence=confidence)


def prediction_study(
    tables, *, horizon_months: int, leaving_months: int, studied: int = STUDIED
) -> PredictionStudy | None:
    """The study; None without orders.

    Parameters
    ----------
    tables : Tables
    horizon_months : int
        Months ahead for buying: 1, 2, 3, 4, 6 or 12.
    leaving_months : int
        Months ahead for falling silent and for ends of contracts.
    studied : int
        Customers whose past is looked at; with more, so many are chosen by a hash of their ids.
    """
    if not tables.has("orders", "customer_id", "ordered_at", "amount", "is_return"):
        return None
    as_of, orders = tables.as_of, tables["orders"]
    rows = orders.filter(~orders.is_return & orders.customer_id.notnull())
    found = rows.aggregate(first=rows.ordered_at.min(), n=rows.customer_id.nunique()).execute()
    customers = int(found["n"].iloc[0])
    first_on = as_of if not customers else pd.Timestamp(found["first"].iloc[0]).date()
    part = studied / customers if customers > studied else None
    buying, leaving = (
        forecast_cuts(first_on, as_of, months=months) for months in (horizon_months, leaving_months)
    )
    return PredictionStudy(tables, as_of, buying, leaving, part, customers,
                           min(customers, studied), absent_sources(tables))  # fmt: skip
