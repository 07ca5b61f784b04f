"""Contracts as durations: how long each one ran, from when it was watched, and what is doubtful."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis.exposure import exposure_by_age

__all__ = ["MONTH_DAYS", "RULES", "ContractRows", "contract_rows"]

#: Days in a month: 365.25 / 12, so that twelve months are a year.
MONTH_DAYS = 30.4375

#: What `checks` can hold, in the reader's words.
RULES = {
    "repeated_contract": "earlier row of a contract that has a later one: removed",
    "no_start": "contract without a readable start: set aside",
    "starts_after_as_of": "contract that starts after the day of the report: set aside",
    "end_before_start": "contract that ends before it starts: set aside",
    "ended_before_observation": "contract that ended before ends were recorded: set aside",
    "end_after_as_of": "contract whose end lies after the day of the report: counted as running",
    "ended_on_first_day": "contract that ended on the day it started: counted as half a day",
    "overlapping": "contract that starts while another one of the customer runs",
    "returned": "customer who came back after a gap: later spells are not counted here",
    "watched_late": "contract already running when ends began to be recorded: enters at that age",
    "ends_missing_before": "no end is recorded before this day although many are to be expected: "
    "set it as the day from which ends are known",
    "none_ended": "no contract has ended; how long they last cannot be seen yet",
    "all_ended": "every contract has ended",
    "many_ended_on_one_day": "an unusual number of ends on one day: a clean-up of the records, "
    "or an event worth knowing",
    "one_contract": "one contract is not enough to speak about contracts",
    "no_contract": "no contract is left to look at",
}

SET_ASIDE = ("no_start", "starts_after_as_of", "end_before_start", "ended_before_observation")
HALF_DAY = pd.Timedelta(hours=12)
MONTH = pd.Timedelta(days=MONTH_DAYS)
# Fewer ends than this on one day are nothing to speak of.
MANY_ENDS = 10


@dataclass(frozen=True)
class ContractRows:
    """Durations and what had to be decided on the way.

    Attributes
    ----------
    rows : pandas.DataFrame
        customer_id, entry and duration (months of 30.4375 days since the start; the contract was
        watched between the two), ended (bool), reason (text, None where unknown or running),
        started_on, last_on, and every other column of the contracts as it was at the start.
    checks : pandas.DataFrame
        rule (a key of ``RULES``), rows, customers, detail.
    """

    rows: pd.DataFrame
    checks: pd.DataFrame


def contract_rows(contracts, *, as_of, observed_from=None, by="contract", gap_days=30):
    """Durations of contracts, or of the time customers stayed over all their contracts.

    Parameters
    ----------
    contracts : pandas.DataFrame
        customer_id, started_on, ended_on (empty while running); contract_id, end_reason and any
        trait known at the start, optional.
    as_of : date
        The last day that is known; whoever ended later was still running.
    observed_from : date, optional
        The first day on which ends were recorded. Contracts that run on that day enter at the age
        they had then: that they lived so long is no evidence. With it set to the day after a cut,
        and a later ``as_of``, the rows are the outcomes by which a forecast of that cut is judged.
    by : {"contract", "customer"}
        With "customer", contracts that overlap or follow each other within ``gap_days`` are one
        spell, which ends when none runs any more, and each customer counts with the first spell.
    gap_days : int

    Returns
    -------
    ContractRows
    """
    as_of = pd.Timestamp(as_of)
    table, checks = _readable(contracts, as_of, observed_from)
    # sorted and grouped by number: ids are compared as text a million times otherwise
    owner = _places(table["customer_id"])
    customers = int(owner.max(initial=-1)) + 1
    order = np.lexsort((table["started_on"].to_numpy(), owner))
    table, owner = table.iloc[order], owner[order]
    before = table.groupby(owner, sort=False)["last_on"].cummax()
    before = before.groupby(owner, sort=False).shift()
    _note(checks, "overlapping", table, table["started_on"] < before)
    if by == "customer" and len(table):
        apart = (table["started_on"] - before) > pd.Timedelta(days=gap_days)
        table = _spells(table, owner, apart, checks)
    table["duration"] = (table["last_on"] - table["started_on"]).clip(lower=HALF_DAY) / MONTH
    table["entry"] = 0.0
    if observed_from is not None:
        # Half a day earlier, so that ends on the first watched day count.
        age = (pd.Timestamp(observed_from) - table["started_on"] - HALF_DAY) / MONTH
        table["entry"] = age.clip(lower=0.0)
        _note(checks, "watched_late", table, table["entry"] > 0)
    table.loc[~table["ended"], "reason"] = None
    _note_ends(checks, table, customers, observed_from)
    first = ["customer_id", "entry", "duration", "ended", "reason", "started_on", "last_on"]
    rows = table[first + [c for c in table if c not in first]].reset_index(drop=True)
    order = {rule: place for place, rule in enumerate(RULES)}
    found = pd.DataFrame(checks, columns=["rule", "rows", "customers", "detail"])
    return ContractRows(rows, found.sort_values("rule", key=lambda r: r.map(order), kind="stable"))


def _readable(contracts, as_of, observed_from):
    """Rows with usable days, and the first checks."""
    checks = []
    table = contracts.reset_index(drop=True)
    if "contract_id" in table:
        repeated = table["contract_id"].notna() & table["contract_id"].duplicated(keep="last")
        _note(checks, "repeated_contract", table, repeated)
        table = table[~repeated]
    started = pd.to_datetime(table["started_on"], errors="coerce").dt.normalize()
    ended = pd.to_datetime(table["ended_on"], errors="coerce").dt.normalize()
    later = ended > as_of
    masks = {
        "no_start": started.isna(),
        "starts_after_as_of": started > as_of,
        "end_before_start": ended < started,
        "ended_before_observation": started.isna() & False,
    }
    if observed_from is not None:
        masks["ended_before_observation"] = ended < pd.Timestamp(observed_from)
    aside = np.zeros(len(table), dtype=bool)
    for rule in SET_ASIDE:
        mask = masks[rule].to_numpy() & ~aside
        _note(checks, rule, table, mask)
        aside |= mask
    known = table["end_reason"] if "end_reason" in table else pd.Series(None, index=table.index)
    known = known.astype(object)
    blank = [name for name in known.dropna().unique() if not str(name).strip()]
    known = known.where(known.notna() & ~known.isin(blank), None)
    kept = table.drop(columns=["ended_on", "end_reason"], errors="ignore").assign(
        started_on=started,
        last_on=ended.where(ended.notna() & ~later, as_of),
        ended=ended.notna() & ~later,
        reason=known,
    )
    _note(checks, "end_after_as_of", table, later & ~aside)
    _note(checks, "ended_on_first_day", table, (ended == started) & ~later & ~aside)
    return kept[~aside], checks


def _places(ids):
    """The place of every id among the different ids in order, from 0."""
    codes, levels = pd.factorize(ids)
    if pd.Index(levels).is_monotonic_increasing:
        return codes
    place = np.empty(len(levels), int)
    place[np.argsort(np.asarray(levels), kind="stable")] = np.arange(len(levels))
    return place[codes]


def _spells(table, owner, apart, checks):
    """Contracts of one customer put together; only the first spell of each customer stays."""
    later = (apart.groupby(owner, sort=False).cumsum() > 0).to_numpy()
    _note(checks, "returned", table, later)
    table, owner = table[~later], owner[~later]
    ended = table["ended"].to_numpy(bool)
    # Running contracts outlast those that ended on the same day.
    ranked = np.lexsort((~ended, table["last_on"].to_numpy(), owner))
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    last = table.iloc[ranked[np.append(starts[1:], len(owner)) - 1]]
    first = table.iloc[starts].copy()
    for column in ("last_on", "reason"):
        first[column] = last[column].to_numpy()
    first["ended"] = np.logical_and.reduceat(ended, starts)
    return first


def _note_ends(checks, table, customers, observed_from):
    if not len(table):
        checks.append(("no_contract", 0, 0, ""))
        return
    ends = table.loc[table["ended"], "last_on"]
    counts = ends.value_counts()
    if len(table) == 1:
        checks.append(("one_contract", 1, customers, ""))
    elif not len(ends):
        checks.append(("none_ended", len(table), customers, ""))
    elif len(ends) == len(table):
        checks.append(("all_ended", len(table), customers, ""))
    if len(ends) and counts.iloc[0] >= max(MANY_ENDS, 0.3 * len(ends)):
        day = counts.index[0]
        _note(checks, "many_ended_on_one_day", table, table["ended"] & (table["last_on"] == day))
        checks[-1] = (*checks[-1][:3], day.date().isoformat())
    if observed_from is None and len(counts) > 1:
        day = counts.index.min()
        if _expected_before(table, day) >= MANY_ENDS:
            checks.append(("ends_missing_before", 0, 0, day.date().isoformat()))


def _expected_before(table, day):
    """Ends to be expected before `day`, had contracts ended then as they did afterwards.

    Compared at the same age, month by month: in a young business of yearly contracts nobody
    ends in the first year, and nothing is missing.
    """
    age = ((day - table["started_on"]) / MONTH).clip(lower=0.0).to_numpy()
    duration = table["duration"].to_numpy()
    breaks = np.arange(0, np.ceil(duration.max()) + 2)
    months = len(breaks) - 1
    ended = (table["ended"] & (table["last_on"] > day)).to_numpy()
    place = np.minimum(duration[ended].astype(int), months - 1)
    ends = np.bincount(place, minlength=months)
    before = exposure_by_age(np.zeros(len(age)), np.minimum(age, duration), breaks)
    after = exposure_by_age(np.minimum(age, duration), duration, breaks)
    return float(np.sum(before * ends / np.maximum(after, 1.0)))


def _note(checks, rule, table, mask):
    mask = np.asarray(mask, dtype=bool)
    if mask.any():
        checks.append((rule, int(mask.sum()), int(table.loc[mask, "customer_id"].nunique()), ""))
