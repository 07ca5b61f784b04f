"""Spans that key figures are compared over: a year, the last complete period, and those before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

__all__ = ["Windows", "kpi_windows"]


@dataclass(frozen=True)
class Windows:
    """First and last day of each span, both counted.

    year and year_before: 12 months to as_of, and the 12 before. period: the last complete month, January
    and February together, as the spring festival moves between them; period_before: the period before
    it; period_year_ago: the same of the year before.
    """

    spans: dict[str, tuple[date, date]]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.spans)


def kpi_windows(as_of: date) -> Windows:
    """Spans to as_of; a month counts as complete when as_of is its last day or later."""
    day = pd.Timestamp(as_of)
    year = day - pd.DateOffset(years=1)
    two = day - pd.DateOffset(years=2)
    one = pd.Timedelta(days=1)
    month = day if day == day + pd.offsets.MonthEnd(0) else day - pd.offsets.MonthEnd(1)
    if month.month == 1:  # half of a period
        month = month - pd.offsets.MonthEnd(1)
    period = _period(month)
    spans = {
        "year": (year + one, day),
        "year_before": (two + one, year),
        "period": period,
        "period_before": _period(period[0] - one),
        "period_year_ago": _period((month - pd.DateOffset(years=1)) + pd.offsets.MonthEnd(0)),
    }
    return Windows({name: (a.date(), b.date()) for name, (a, b) in spans.items()})


def _period(month_end):
    first = month_end.replace(day=1)
    if month_end.month == 2:
        first = first.replace(month=1)
    return first, month_end
