"""Renewals of a year, three ways to say "retention", projections, and what keeping is worth."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import sbg
from workbook.analysis.contracts import contract_rows
from workbook.analysis.intervals import wilson
from workbook.analysis.renewals import (
    projected_survival,
    renewal_cohort,
    renewal_rates,
    renewals,
)
from workbook.analysis.retention_value import expected_value, payback_months, retention_worth

__all__ = [
    "Projection",
    "RetentionMoney",
    "kept_in_year",
    "projection",
    "retention_money",
    "year_due",
]

# Customers a cohort needs before a model of renewals is fitted to it.
COHORT = 50


@dataclass(frozen=True)
class Projection:
    """A cohort's renewals and how they go on.

    Attributes
    ----------
    table : pandas.DataFrame
        period, actual (share left, NaN where not yet known), survival, low, high.
    model : str
        sBG or BdW, the one with the lower AIC.
    customers, periods : int
        Of the cohort; renewals all of them have come to.
    """

    table: pd.DataFrame
    model: str
    customers: int
    periods: int


@dataclass(frozen=True)
class RetentionMoney:
    """What a new contract brings, and what keeping more is worth.

    Attributes
    ----------
    monthly_value : float
        Mean money per month of a contract while it runs.
    value, low, high, horizon : float
        Discounted money within the horizon (months).
    worth : pandas.DataFrame
        Of `retention_value.retention_worth`, with ``per_year`` (gain x contracts won in the last
        12 months).
    won : int
        Contracts that started in the last 12 months.
    payback : float or None
        Months; None without cost or when it is not reached.
    """

    monthly_value: float
    value: float
    low: float
    high: float
    horizon: float
    worth: pd.DataFrame
    won: int
    payback: float | None


def year_due(study, *, months=12, grace_days=30, confidence=0.95):
    """Contracts due in the last months: renewed by number, gross and net of value.

    Parameters
    ----------
    study : contract_study.Study
    months : int
    grace_days : int
    confidence : float

    Returns
    -------
    rates : pandas.DataFrame
        Of `renewals.renewal_rates`; no rows without dates or term ends.
    checks : pandas.DataFrame
        rule (a key of `renewals.RULES`), rows.
    """
    names = ["measure", "rate", "low", "high", "renewed", "due"]
    contracts = study.contracts
    usable = study.design == "dates" and "term_ends_on" in contracts
    if not usable or not contracts["term_ends_on"].notna().any():
        return pd.DataFrame(columns=names), pd.DataFrame(columns=["rule", "rows"])
    started = pd.to_datetime(contracts["started_on"], errors="coerce")
    ended = pd.to_datetime(contracts["ended_on"], errors="coerce")
    sound = contracts[(started <= study.as_of) & ~(ended < started)]
    since = study.as_of - pd.DateOffset(months=months) + pd.Timedelta(days=1)
    found = renewals(
        sound, first_on=since, last_on=study.as_of, as_of=study.as_of, grace_days=grace_days
    )
    return renewal_rates(found.due, confidence=confidence), found.checks


def kept_in_year(study, *, months=12, confidence=0.95):
    """Customers with a running contract some months ago who still have one.

    Returns
    -------
    dict or None
        share, low, high (Wilson), numerator, denominator; None without dates or anybody then.
    """
    if study.design != "dates":
        return None
    every = contract_rows(study.contracts, as_of=study.as_of).rows
    then = study.as_of - pd.DateOffset(months=months)
    if study.ends_known_from and pd.Timestamp(study.ends_known_from) > then:
        return None
    before = every[(every["started_on"] <= then) & ~(every["ended"] & (every["last_on"] <= then))]
    customers = before["customer_id"].drop_duplicates()
    now = every.loc[~every["ended"].astype(bool), "customer_id"]
    kept, n = int(customers.isin(now).sum()), len(customers)
    if not n:
        return None
    low, high = wilson(kept, n, confidence=confidence)
    found = {"share": kept / n, "low": float(low), "high": float(high)}
    return found | {"numerator": kept, "denominator": n}


def projection(study, *, term_months=12, ahead=4, most_periods=8, confidence=0.95):
    """The largest well-followed cohort, its renewals, and sBG or BdW beyond them.

    Parameters
    ----------
    study : contract_study.Study
    term_months : float
        Months between renewals.
    ahead : int
        Renewals to project.
    most_periods : int
    confidence : float

    Returns
    -------
    Projection or None
        None without dates, with fewer than 50 customers or two renewals, or no usable fit.
    """
    if study.design != "dates" or study.ends_known_from or not study.timed:
        return None
    for periods in range(most_periods, 1, -1):
        survivors, customers = renewal_cohort(
            study.rows, period_months=term_months, periods=periods, as_of=study.as_of
        )
        if customers >= COHORT:
            break
    else:
        return None
    fits = [fit(survivors, customers) for fit in (sbg.fit_sbg, sbg.fit_bdw)]
    fits = [fit for fit in fits if fit.converged]
    if not fits:
        return None
    best = min(fits, key=lambda fit: 2 * len(fit.params) - 2 * fit.loglik)
    table = projected_survival(best, periods + ahead, customers=customers, confidence=confidence)
    actual = np.full(len(table), np.nan)
    actual[: periods + 1] = np.append(customers, survivors) / customers
    return Projection(table.assign(actual=actual), best.model, customers, periods)


def retention_money(
    study, lasted, *, term_months=12, horizon_months=36, discount_rate_annual=0.10, cac=0.0
):
    """What a new contract brings within a horizon and what a point of retention adds.

    Parameters
    ----------
    study : contract_study.Study
    lasted : contract_stay.Lasting
    term_months : float
        Months that one value pays for.
    horizon_months : int
    discount_rate_annual : float
    cac : float
        Money to win a contract; 0 if unknown.

    Returns
    -------
    RetentionMoney or None
        None without values, or without a curve that starts at month 0.
    """
    curve = lasted.curve
    if curve is None or curve.start > 0 or curve.last < 1 or "value" not in study.rows:
        return None
    value = pd.to_numeric(study.rows["value"], errors="coerce")
    value = value[np.isfinite(value) & (value > 0)]
    if not len(value):
        return None
    monthly = float(value.mean()) / term_months
    options = {"discount_rate_annual": discount_rate_annual}
    brings = expected_value(curve, monthly, horizon_months=horizon_months, **options)
    worth = retention_worth(curve, monthly, horizon_months=horizon_months, **options)
    year_ago = study.as_of - pd.DateOffset(months=12)
    won = int((study.rows["started_on"] > year_ago).sum()) if "started_on" in study.rows else 0
    worth["per_year"] = worth["gain"] * won
    payback = payback_months(curve, monthly, cac, **options) if cac > 0 else None
    return RetentionMoney(monthly, **brings, worth=worth, won=won, payback=payback)
