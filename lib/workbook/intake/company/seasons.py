"""The Chinese year of a maker of home appliances: when people buy more, and the calendar table."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import numpy as np
import pandas as pd

from workbook.intake.company.parameters import AS_OF, DAYS, FIRST

__all__ = [
    "BEYOND",
    "arrival_weights",
    "calendar_table",
    "day_of",
    "moments",
    "open_hours",
    "season_clock",
]

#: Days simulated after the last day of the books, for what really comes next.
BEYOND = 365

SPRING_FESTIVALS = (date(2023, 1, 22), date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))


def _pace() -> np.ndarray:
    """How much more or less is bought on each day; its mean over a year is about 1."""
    pace = np.ones(DAYS + BEYOND)
    for day in range(len(pace)):
        on = FIRST + timedelta(days=day)
        if on.month == 11 and on.day <= 11:
            pace[day] = 1.8
        elif on.month == 6 and on.day <= 18:
            pace[day] = 1.5
        for festival in SPRING_FESTIVALS:
            away = (on - festival).days
            if -14 <= away < 0:
                pace[day] = 1.3
            elif 0 <= away < 8:
                pace[day] = 0.5
    return pace / pace[:DAYS].mean()


@cache
def season_clock() -> np.ndarray:
    """Days of usual business passed at the beginning of each day; one more entry than days."""
    return np.concatenate([[0.0], np.cumsum(_pace())])


def arrival_weights() -> np.ndarray:
    """Weight of each day of the books for a customer's first purchase: peaks are higher than those
    of repeat purchases, and the first half-year brings the customers known from before."""
    weights = _pace()[:DAYS] ** 2
    weights[:182] *= 2.0
    return weights / weights.sum()


def day_of(text: str | date) -> int:
    """Days from the first day of the books to a date."""
    on = text if isinstance(text, date) else date.fromisoformat(text)
    return (on - FIRST).days


def moments(days) -> pd.DatetimeIndex:
    """Moments, cut to the minute, of days and parts of days since the first day of the books."""
    minutes = np.floor(np.asarray(days, dtype=float) * 1440)
    return pd.DatetimeIndex(np.datetime64(FIRST, "m") + minutes.astype("timedelta64[m]")).as_unit(
        "us"
    )


def open_hours(days):
    """The same days with their time moved between 8:00 and 22:00."""
    whole = np.floor(days)
    return whole + (8 + 14 * (np.asarray(days) - whole)) / 24


def calendar_table() -> pd.DataFrame:
    """The table `calendar`: date and event of holidays and promotions, as codes."""
    rows = []
    for year in range(AS_OF.year - 2, AS_OF.year + 1):
        festival = next(day for day in SPRING_FESTIVALS if day.year == year)
        for event, first, days in (
            ("spring_festival", festival, 8),
            ("labour_day", date(year, 5, 1), 5),
            ("shopping_618", date(year, 6, 1), 18),
            ("national_day", date(year, 10, 1), 7),
            ("double_11", date(year, 11, 1), 11),
        ):
            rows += [(first + timedelta(days=k), event) for k in range(days)]
    frame = pd.DataFrame(sorted(rows), columns=["date", "event"])
    return frame.assign(date=pd.to_datetime(frame["date"]))
