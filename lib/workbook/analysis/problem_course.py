"""The course of a measure in a place beside what it would be, for a chart."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.analysis.problem_list import Problem
from workbook.analysis.watch_tables import Books

__all__ = ["course"]

SPAN = 12  # weeks put together


def course(books: Books, problem: Problem) -> pd.DataFrame | None:
    """Level of the place over its level before the problem, and that of all others likewise.

    Returns
    -------
    pandas.DataFrame or None
        on (first day), place, usual (1: the level before), in spans of 12 weeks; None when the measure
        has no rows by place.
    """
    watched = books.measures.get(problem.measure)
    if watched is None or not problem.where:
        return None
    watched = watched.across(problem.where)
    inside = watched.within(problem.where)
    start = int(books.clock.week(np.array([problem.start], dtype="datetime64[D]"))[0])
    span = (watched.last_week - watched.week) // SPAN
    number = int(span.max(initial=0)) + 1
    rows = {}
    for name, part in (("place", inside), ("usual", ~inside)):
        above = np.bincount(span[part], watched.above[part], minlength=number)
        below = np.bincount(span[part], watched.below[part], minlength=number)
        early = part & (watched.week < start)
        if watched.form == "part":
            level = above / SPAN
            base = watched.above[early].sum() / max(start - int(watched.week.min()), 1)
        else:
            with np.errstate(all="ignore"):
                level = above / below
                base = watched.above[early].sum() / watched.below[early].sum()
        logs = watched.name in ("order_value", "reply_hours", "solution_days")
        with np.errstate(all="ignore"):
            rows[name] = np.exp(level - base) if logs else level / base
    on = [books.clock.day(watched.last_week + 1 - SPAN * (k + 1)) for k in range(number)]
    frame = pd.DataFrame({"on": on, **rows})[::-1].reset_index(drop=True)
    whole = frame["on"] >= books.clock.day(int(watched.week.min()))
    return frame[whole & np.isfinite(frame[["place", "usual"]]).all(axis=1)].reset_index(drop=True)
