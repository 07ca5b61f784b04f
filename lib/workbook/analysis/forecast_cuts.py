"""The days between what a forecast may know and what it is judged by."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

__all__ = ["ForecastCuts", "Origin", "forecast_cuts", "months_back", "window_ends"]

MOST_ORIGINS = 4
MOST_LEARNED = 8


@dataclass(frozen=True)
class Origin:
    """A day on which a forecast is made: `day`; `calibration`, one window earlier; `learned`, the
    days before that, newest first. What came after each of them was known on `day`."""

    day: date
    calibration: date
    learned: tuple[date, ...]


@dataclass(frozen=True)
class ForecastCuts:
    """Days for a forecast of so many months, and for its trial on the past.

    Attributes
    ----------
    months : int
        Length of every window.
    now : Origin or None
        The forecast made on the reporting day; None when the data are too short.
    trials : tuple of Origin
        Past forecasts whose outcome is known today, newest first.
    seasonal : bool
        Whether every window of a year has been seen before each trial: 24 months, and windows that
        divide a year.
    """

    months: int
    now: Origin | None
    trials: tuple[Origin, ...]
    seasonal: bool

    @property
    def days(self) -> tuple[date, ...]:
        """Every day that features are needed for, newest first."""
        if self.now is None:
            return ()
        found = {self.now.day, self.now.calibration, *self.now.learned}
        for trial in self.trials:
            found |= {trial.day, trial.calibration, *trial.learned}
        return tuple(sorted(found, reverse=True))


def months_back(day: date, months: int) -> date:
    """The last day of the window that ends so many months before `day`.

    Examples
    --------
    >>> months_back(date(2025, 12, 31), 3)
    datetime.date(2025, 9, 30)
    """
    after = pd.Timestamp(day) + pd.Timedelta(days=1)
    return (after - pd.DateOffset(months=months) - pd.Timedelta(days=1)).date()


def window_ends(days, as_of: date, *, months: int) -> dict[date, date]:
    """Day -> last day of the window of so many months after it, for days whose window is over.

    Examples
    --------
    >>> window_ends([date(2025, 9, 30), date(2025, 12, 31)], date(2025, 12, 31), months=3)
    {datetime.date(2025, 9, 30): datetime.date(2025, 12, 31)}
    """
    ends = {months_back(as_of, months * k): months_back(as_of, months * (k - 1))
            for k in range(1, 40)}  # fmt: skip
    return {day: ends[day] for day in days if day in ends}


def forecast_cuts(first_on: date, as_of: date, *, months: int) -> ForecastCuts:
    """Cuts one window apart, back to the first one that has a window of history before it.

    Parameters
    ----------
    first_on, as_of : date
        First purchase (or first day of the records), and the reporting day.
    months : int
        Length of the forecast.

    Returns
    -------
    ForecastCuts
        `now` is None with less than five windows of data: history, learning, calibration, trial
        need one each, and the newest trial must leave one day to learn from.
    """
    earliest = pd.Timestamp(first_on) + pd.DateOffset(months=months)
    cuts = [as_of]
    while pd.Timestamp(months_back(as_of, months * len(cuts))) >= earliest:
        cuts.append(months_back(as_of, months * len(cuts)))
    if len(cuts) < 4:
        return ForecastCuts(months, None, (), False)
    origins = [
        Origin(cuts[k], cuts[k + 1], tuple(cuts[k + 2 : k + 2 + MOST_LEARNED]))
        for k in range(min(len(cuts) - 2, MOST_ORIGINS + 1))
    ]
    trials = tuple(origins[1:])
    per_year = 12 // months if 12 % months == 0 else 0
    whole = (pd.Timestamp(as_of) - pd.Timestamp(first_on)).days >= 730
    # the oldest trial has a whole year of windows to learn from
    while len(trials) > 1 and per_year > 1 and len(trials[-1].learned) + 1 < per_year:
        trials = trials[:-1]
    seasonal = per_year > 1 and whole and len(trials[-1].learned) + 1 >= per_year
    return ForecastCuts(months, origins[0], trials, bool(seasonal))
