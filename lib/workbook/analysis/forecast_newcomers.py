"""What customers brought, and are expected to bring, who first buy after a forecast is made.

`task` is a `sales_forecast.SalesTask`; `column` is days_after, amount_after or buyers.
"""

from datetime import date

import numpy as np
import pandas as pd

__all__ = ["expected_newcomers", "newcomers_at"]


def newcomers_at(task, day: date, column: str) -> float:
    """What customers who first bought in the window after `day` brought in it."""
    new = task.new
    return float(new.loc[new["cut"] == pd.Timestamp(day), column].sum())


def expected_newcomers(task, day: date, column: str) -> float:
    """What customers still to come are expected to bring: as in the same window a year before, or,
    where no season is known, as in the mean of the last four windows.

    `column`: days_after, amount_after or buyers.
    """
    earlier = [cut for cut in task.cuts.days if cut < day]
    per_year = 12 // task.cuts.months if task.cuts.seasonal else 0
    chosen = earlier[per_year - 1 : per_year] or earlier[:4]
    return float(np.mean([newcomers_at(task, cut, column) for cut in chosen])) if chosen else 0.0
