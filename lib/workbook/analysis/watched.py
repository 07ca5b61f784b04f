"""Measures that are watched for problems, as rows of customers in weeks with the places they are in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property

import numpy as np
import pandas as pd

__all__ = ["BLOCKS", "BUCKET", "MOST_WEEKS", "Clock", "People", "Watched", "coded"]

#: Blocks of customers that are left out one at a time to see how far chance goes.
BLOCKS = 100
#: Weeks within which rows are compared with each other.
BUCKET = 4
#: Weeks that are looked at.
MOST_WEEKS = 156
#: Values of a column that are places; a column with more is too fine.
MOST_VALUES = 60


@dataclass(frozen=True)
class Clock:
    """Whole weeks up to `as_of`, numbered from 0; week `weeks` - 1 ends with that day."""

    as_of: date
    weeks: int

    def week(self, days) -> np.ndarray:
        """Number of the week of each day (datetime64); below 0 before the clock starts."""
        since = np.datetime64(self.as_of, "D") - np.asarray(days, dtype="datetime64[D]")
        return self.weeks - 1 - since.astype(np.int64) // 7

    def day(self, week: int) -> date:
        """First day of a week."""
        return self.as_of - timedelta(days=7 * (self.weeks - int(week)) - 1)


@dataclass(frozen=True)
class People:
    """Customers looked at: `ids` sorted, `codes` {trait: code per customer, -1 unknown}, `labels`
    {trait: values by code}, `share` of all customers that they are, and a `block` each."""

    ids: np.ndarray
    codes: dict
    labels: dict
    share: float = 1.0
    block: np.ndarray = field(default=None)

    def place(self, customer_id) -> np.ndarray:
        """Place of each id, -1 where it is not among them."""
        return pd.Index(self.ids).get_indexer(pd.Index(customer_id))


@dataclass(frozen=True)
class Watched:
    """One measure: rows with what is counted (`above`) and what it is counted against (`below`).

    Attributes
    ----------
    name : str
    form : {"ratio", "mean", "part"}
        "ratio": above / below, compared as a factor; "mean": the same, compared as a difference;
        "part": how often a place occurs, compared with all others of the same stratum.
    worse : {1, -1}
        1 where more is worse.
    who, week, stratum, above, below : numpy.ndarray
        Place in People (-1 unknown), number of the week, group within which rows are compared.
    codes, labels : dict
        {column: code per row}, {column: values}.
    counted : bool
        `above` counts happenings: chance is at least Poisson's.
    last_week : int
        Later weeks are not complete.
    slow : bool
        A problem shows little by little: customers stop one after another.
    plain : numpy.ndarray, optional
        Stratum for comparing kinds of customers (column type) with each other.
    """

    name: str
    form: str
    worse: int
    who: np.ndarray
    week: np.ndarray
    above: np.ndarray
    below: np.ndarray
    stratum: np.ndarray
    codes: dict
    labels: dict
    block: np.ndarray
    counted: bool = False
    last_week: int = 0
    slow: bool = False
    plain: np.ndarray | None = None

    def __len__(self):
        return len(self.week)

    def rows(self, kept) -> Watched:
        """The measure on some of its rows."""
        parts = {
            name: getattr(self, name)[kept]
            for name in ("who", "week", "above", "below", "stratum", "block")
        }
        plain = None if self.plain is None else self.plain[kept]
        codes = {c: v[kept] for c, v in self.codes.items()}
        return replace(self, **parts, codes=codes, plain=plain)

    def across(self, columns) -> Watched:
        """The measure for places of these columns: kinds are not compared with their like alone."""
        return self._of_kinds if "type" in columns and self.plain is not None else self

    @cached_property
    def _of_kinds(self) -> Watched:
        return replace(self, stratum=self.plain)

    @cached_property
    def expected(self) -> np.ndarray:
        """What `above` would be in each row at the level of all rows of its stratum and month."""
        bucket = (self.last_week - self.week) // BUCKET
        width = int(bucket.max(initial=0)) + 1
        key = self.stratum * width + bucket
        above = np.bincount(key, self.above)
        below = np.bincount(key, self.below)
        level = np.divide(above, below, out=np.zeros_like(above), where=below > 0)
        return self.below * level[key]

    def within(self, place: dict) -> np.ndarray:
        """Which rows lie in a place {column: value}."""
        hit = np.ones(len(self), dtype=bool)
        for column, value in place.items():
            labels = self.labels.get(column, [])
            hit &= self.codes[column] == labels.index(value) if value in labels else False
        return hit


def coded(values) -> tuple[np.ndarray, list]:
    """Codes and sorted labels of a column; -1 for missing. None when it has fewer than two values or
    more than `MOST_VALUES`."""
    codes, labels = pd.factorize(pd.Series(values).astype("string"), sort=True)
    if not 2 <= len(labels) <= MOST_VALUES:
        return None
    return codes.astype(np.int32), [str(label) for label in labels]
