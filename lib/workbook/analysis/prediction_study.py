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
    figures_at,
)
from workbook.analysis.contract_propensity import contract_ends, contract_task
from workbook.analysis.contract_study import contract_study
from workbook.analysis.customers import purchase_counts
from workbook.analysis.forecast_cuts import (
    ForecastCuts,
    forecast_cuts,
    months_back,
    window_ends,
)
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
MOST_CATEGORIES = 12  # that are ever asked for
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
    def named(self) -> list[str]:
        """The categories that most customers bought."""
        return top_categories(self.tables["orders"], most=MOST_CATEGORIES)

    @cached_property
    def days(self):
        """Purchase days of all customers, with the categories bought."""
        return bought_days(self.tables["orders"], categories=self.named)

    @cached_property
    def _studied_days(self):
        return self.days if self.part is None else hashed_part(self.days, self.part).cache()

    def _studied(self, days):
        """Those of the days on which a part is looked at; today all customers are."""
        return [day for day in days if self.part is None or day != self.as_of]

    @cached_property
    def rows(self) -> pd.DataFrame:
        """Customers studied on every day, with figures and what came after; today's rows, of all
        customers, are the last."""
        cuts = self._studied(sorted({*self.buying.days, *self.leaving.days}, reverse=True))
        table = self._known(self._studied_days, cuts, self.part)
        after, later = (
            purchases_after(self._studied_days, window_ends(cuts, self.as_of, months=months))
            for months in (self.buying.months, self.leaving.months)
        )
        later = later[["customer_id", "cut"]].assign(days_later=later["days_after"])
        came = figures_at(table, [after.drop(columns="new"), later])
        table = pd.concat([table, came], axis=1)
        if self.part is not None:  # of nobody is known what comes after today
            today = self._known(self.days, [self.as_of], None)
            table = pd.concat([table, today], ignore_index=True)
        for name in ("days_after", "amount_after", "days_later"):
            table[name] = table[name].fillna(0.0)
        traits = customer_traits(self.tables, table["customer_id"], as_of=self.as_of)
        return pd.concat([table, traits], axis=1)

    def _known(self, days, cuts, part):
        table = purchase_features(days, cuts)
        context = context_features(self.tables, cuts, part=part).values()
        return pd.concat([table, figures_at(table, context)], axis=1)

    @cached_property
    def new(self) -> pd.DataFrame:
        """Customers studied who first bought in each window: cut, buyers, days_after, amount_after."""
        ends = window_ends(self.buying.days, self.as_of, months=self.buying.months)
        found = purchases_after(self._studied_days, ends)
        found = found[found["new"]].groupby("cut", as_index=False)
        return found.agg(buyers=("customer_id", "size"), days_after=("days_after", "sum"),
                         amount_after=("amount_after", "sum"))  # fmt: skip

    @cached_property
    def fits(self) -> dict:
        """Day of a forecast -> modified BG/NBD of what was known then."""
        known = [cuts for cuts in (self.buying, self.leaving) if cuts.now is not None]
        wanted = dict.fromkeys(o.day for cuts in known for o in (cuts.now, *cuts.trials))
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
                while len(made) > 1:  # forecasts of categories go to and fro between two days
                    del made[next(iter(made))]
                made[day] = shared_figures(rows if day == self.as_of else past, days=days,
                                           fit=self.fits.get(day), seasonal=cuts.seasonal)  # fmt: skip
            told = model_inputs(part, days=days)
            shared = made[day].loc[part.index].reset_index(drop=True)
            return pd.concat([told, shared], axis=1)

        return inputs

    def _groups(self, rows):
        found = baseline_groups(rows, window=self._window)
        return lambda part: found.loc[part.index].reset_index(drop=True)

    @cached_property
    def _everybody(self):
        """Figures and groups of all rows, for the forecasts that are about everybody."""
        return self._inputs(self.buying, self.rows), self._groups(self.rows)

    def buying_task(self) -> Task | None:
        """Whether a customer buys within the window."""
        if self.buying.now is None:
            return None
        rows = self.rows.copy(deep=False)  # as many rows as customers: held once
        rows["happened"] = rows["days_after"] > 0
        return Task(rows, self.buying, *self._everybody)

    def silence_task(self) -> Task | None:
        """Whether a customer who bought in the last year buys nothing in the coming months."""
        if self.leaving.now is None:
            return None
        rows = self.rows[self.rows["days_year"] > 0].reset_index(drop=True)
        rows["happened"] = rows["days_later"] == 0
        return Task(rows, self.leaving, self._inputs(self.leaving, rows), self._groups(rows),
                    learners=("logistic",))  # fmt: skip

    def sales_task(self) -> SalesTask:
        """How often and for how much a customer buys."""
        return SalesTask(
            self.rows, self.buying, *self._everybody,
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
            rows = hashed_part(self.tables["contracts"], self.part)
            chosen = rows.select("customer_id").distinct().to_pandas()["customer_id"]
        ends = window_ends(cuts.days, self.as_of, months=cuts.months)
        table = contract_ends(study, cuts, ends, as_of=self.as_of, chosen=chosen)
        return contract_task(study, cuts, table, self.rows if self.buying.now else pd.DataFrame())

    def contracts(self):
        """The contracts, ready for study; None without a table."""
        if not self.tables.has("contracts", "customer_id", "started_on", "ended_on"):
            return None
        return contract_study(self.tables["contracts"].to_pandas(), as_of=self.as_of)

    def categories(self, task, *, most: int, confidence=0.95):
        """`category_propensity.category_propensity` of the most frequent categories."""
        names = self.named[:most]
        if task is None or not names:
            return None
        ends = window_ends(self.buying.days, self.as_of, months=self.buying.months)
        history = category_days(self._studied_days, names, self._studied(self.buying.days), ends)
        if self.part is not None:  # today's chances are everybody's
            today = category_days(self.days, names, [self.as_of], {})
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
