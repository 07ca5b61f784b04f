"""Contracts that fell due: how many were renewed, and how much of their value."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson
from workbook.analysis.sbg import survival

__all__ = ["RULES", "Renewals", "projected_survival", "renewal_cohort", "renewal_rates", "renewals"]

#: What `checks` can hold, in the reader's words.
RULES = {
    "no_term": "contract without the day its term ends: not counted",
    "undecided": "contract whose term has just ended and whose renewal may still come: left out",
    "no_value": "contract without a value: counted by number only",
    "ended_before_term": "contract that ended before its term did: counted as not renewed",
}


@dataclass(frozen=True)
class Renewals:
    """Contracts due and what became of them.

    Attributes
    ----------
    due : pandas.DataFrame
        customer_id, term_ends_on, renewed (bool), value, renewed_value (money; 0 if not renewed,
        NaN if the contract has no value), and the other columns of the contracts.
    checks : pandas.DataFrame
        rule (a key of ``RULES``), rows.
    """

    due: pd.DataFrame
    checks: pd.DataFrame


def renewals(contracts, *, first_on, last_on, as_of, grace_days=30):
    """Contracts whose term ended in a period, and whether each was renewed.

    Parameters
    ----------
    contracts : pandas.DataFrame
        customer_id, started_on, term_ends_on, ended_on; renewed, value, renewed_value, optional.
    first_on, last_on : date
        The period, both days included.
    as_of : date
        The last day that is known.
    grace_days : int
        A contract counts as renewed when it is marked so, runs on for longer than this after its
        term, or the customer's next contract starts no later than this after it.

    Returns
    -------
    Renewals
        The value of a renewal is renewed_value, else that of the next contract, else its own.
    """
    as_of, grace = pd.Timestamp(as_of), pd.Timedelta(days=grace_days)
    table = contracts.reset_index(drop=True).copy()
    for column in ("started_on", "term_ends_on", "ended_on"):
        table[column] = pd.to_datetime(table[column], errors="coerce").dt.normalize()
    for column in ("value", "renewed_value"):
        given = table[column] if column in table else pd.Series(np.nan, index=table.index)
        table[column] = pd.to_numeric(given, errors="coerce").replace([np.inf, -np.inf], np.nan)
    if "renewed" not in table:
        table["renewed"] = None
    checks = [("no_term", int(table["term_ends_on"].isna().sum()))]
    table = table.sort_values(["customer_id", "started_on"], kind="stable")
    following = table.groupby("customer_id", sort=False)[["started_on", "value"]].shift(-1)
    term = table["term_ends_on"]
    within = term.between(pd.Timestamp(first_on), min(pd.Timestamp(last_on), as_of))
    ended = table["ended_on"].where(table["ended_on"] <= as_of)
    known_start = following["started_on"].where(following["started_on"] <= as_of)
    followed = (known_start > table["started_on"]) & (known_start <= term + grace)
    runs_on = ended.isna() | (ended > term + grace)
    marked = table["renewed"].map({True: True, False: False})
    renewed = marked.where(marked.notna(), followed | runs_on).astype(bool)
    # Running in its grace days, with no other sign: too early to say.
    undecided = marked.isna() & ~followed & ended.isna() & (as_of <= term + grace) & within
    early = within & ~renewed & (ended < term)
    due = table[within & ~undecided].copy()
    due["renewed"] = renewed[due.index]
    value = due["renewed_value"].fillna(following["value"].where(followed)[due.index])
    due["renewed_value"] = value.fillna(due["value"]).where(due["renewed"], 0.0)
    due["renewed_value"] = due["renewed_value"].where(due["value"].notna())
    checks += [
        ("undecided", int(undecided.sum())),
        ("no_value", int(due["value"].isna().sum())),
        ("ended_before_term", int(early.sum())),
    ]
    found = pd.DataFrame([c for c in checks if c[1]], columns=["rule", "rows"])
    return Renewals(due.reset_index(drop=True), found)


def renewal_rates(due, *, confidence=0.95):
    """Renewal by number of contracts, and gross and net by value.

    Parameters
    ----------
    due : pandas.DataFrame
        Of `renewals`.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        measure (count, gross, net), rate, low, high, renewed, due (contracts or money). Gross
        counts no contract above its old value; net does. NaN where nothing was due.

    Notes
    -----
    Ratios over customers with linearised variance; by number with Wilson's interval on the
    effective number of contracts, since those of one customer are not independent (Korn, Graubard
    1998).
    """
    valued = due[due["value"] > 0]
    measures = {
        "count": (due, due["renewed"].astype(float), pd.Series(1.0, index=due.index)),
        "gross": (valued, np.minimum(valued["renewed_value"], valued["value"]), valued["value"]),
        "net": (valued, valued["renewed_value"], valued["value"]),
    }
    z = norm.ppf(0.5 + confidence / 2)
    table = []
    for measure, (rows, kept, base) in measures.items():
        if not len(rows):
            table.append((measure, np.nan, np.nan, np.nan, 0.0, 0.0))
            continue
        rate = kept.sum() / base.sum()
        excess = (kept - rate * base).groupby(rows["customer_id"]).sum()
        n = len(excess)
        # One customer tells nothing about how customers differ.
        variance = (excess**2).sum() * n / max(n - 1, 1) / base.sum() ** 2
        if measure == "net":
            half = z * np.sqrt(variance) if n > 1 else np.inf
            low, high = max(rate - half, 0.0), rate + half
        else:
            size = rate * (1 - rate) / variance if variance > 0 else float(n)
            low, high = (float(v) for v in wilson(rate * size, size, confidence=confidence))
        table.append((measure, rate, low, high, float(kept.sum()), float(base.sum())))
    return pd.DataFrame(table, columns=["measure", "rate", "low", "high", "renewed", "due"])


def renewal_cohort(rows, *, period_months, periods, as_of):
    """Customers left after each renewal, for those long enough with us to tell.

    Parameters
    ----------
    rows : pandas.DataFrame
        Of `contracts.contract_rows` by customer: started_on, entry, duration, ended.
    period_months : float
        Length of a contract period.
    periods : int
        Renewals every customer of the cohort has come to.
    as_of : date

    Returns
    -------
    survivors : numpy.ndarray
        After 1 to ``periods`` renewals, ready for `sbg.fit_sbg`.
    customers : int
        At the start; 0 when nobody has been there that long.
    """
    age = (pd.Timestamp(as_of) - rows["started_on"]) / pd.Timedelta(days=30.4375)
    # Half a month of slack on both sides: a period of months is not the same number of days.
    old = rows[(age >= period_months * periods) & (rows["entry"] <= 0)]
    reached = np.arange(1, periods + 1) * period_months + 0.5
    left = [(~old["ended"] | (old["duration"] > month)).sum() for month in reached]
    return np.array(left, dtype=float), len(old)


def projected_survival(fit, periods, *, customers=None, confidence=0.95, draws=1000, seed=0):
    """Share of a cohort left after each coming renewal, with its interval.

    Parameters
    ----------
    fit : likelihood.Fit
        Of `sbg.fit_sbg` or `sbg.fit_bdw`.
    periods : int
    customers : int, optional
        With it, the interval is that of the outcome for a cohort of this size; without, that of
        the expected share.
    confidence : float
    draws, seed : int

    Returns
    -------
    pandas.DataFrame
        period (0 to ``periods``), survival, low, high; NaN if the fit can't be used.
    """
    t = np.arange(periods + 1)
    table = pd.DataFrame({"period": t, "survival": np.nan, "low": np.nan, "high": np.nan})
    if not fit.converged:
        return table
    table["survival"] = survival(fit.params, t)
    sample = fit.draws(draws, seed)
    paths = np.array([survival(dict(row), t) for _, row in sample.iterrows()])
    if customers:
        rng = np.random.default_rng(seed)
        left = np.full(draws, float(customers))
        outcome = [left]
        for place in range(periods):
            step = paths[:, place + 1] / np.maximum(paths[:, place], 1e-300)
            left = rng.binomial(left.astype(int), np.clip(step, 0, 1)).astype(float)
            outcome.append(left)
        paths = np.array(outcome).T / customers
    edge = (1 - confidence) / 2
    table["low"], table["high"] = np.quantile(paths, [edge, 1 - edge], axis=0)
    return table
