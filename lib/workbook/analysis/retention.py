"""Three measures that are often all called retention, kept apart."""

from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis import mbgnbd
from workbook.analysis.intervals import wilson

__all__ = ["active_share", "contract_retention", "repurchase_rate", "share_of"]

SAMPLE = 20_000
FEWEST_REPEATERS = 30
SHARE = ("share", "low", "high", "numerator", "denominator")


def repurchase_rate(days: ir.Table, *, as_of: date, months: int = 12) -> dict:
    """Customers with at least 2 purchase days in the window, of those with at least 1.

    Returns a dict with share, low, high (Wilson, 95 %), numerator, denominator; share None when
    nobody bought in the window.
    """
    since = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    recent = days.filter(days.bought_on > ibis.literal(since).cast("date"))
    counts = recent.group_by("customer_id").aggregate(n=recent.count())
    found = counts.aggregate(again=(counts.n >= 2).sum(), buyers=counts.count()).to_pandas()
    return share_of(found["again"].iloc[0], found["buyers"].iloc[0])


def contract_retention(contracts: ir.Table, *, as_of: date, months: int = 12) -> dict:
    """Customers with a running contract `months` ago who still have one at as_of.

    `contracts` needs customer_id, started_on and ended_on (empty while running); a contract runs
    from its first day to the day before ended_on. Returns as `repurchase_rate` does.
    """
    then = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    before, now = (
        _running(contracts, day).select("customer_id").distinct() for day in (then, as_of)
    )
    kept = before.semi_join(now, "customer_id").count().execute()
    return share_of(kept, before.count().execute())


def _running(contracts, day):
    day = ibis.literal(day).cast("date")
    started = contracts.started_on <= day
    return contracts.filter(started & (contracts.ended_on.isnull() | (contracts.ended_on > day)))


def active_share(
    counts: pd.DataFrame, *, draws: int = 200, seed: int = 0, confidence: float = 0.95
) -> dict:
    """Mean probability that a customer is still one, by the modified BG/NBD.

    Parameters
    ----------
    counts : DataFrame
        x, t_x, T (weeks), n, as `customers.purchase_counts` gives them; of more than 20,000 rows a
        random sample of that many is read, weighted by their customers.

    Returns
    -------
    dict
        As `repurchase_rate`, the numerator being the expected customers; the interval holds the
        uncertainty of the parameters only. All None but the denominator when no model fits.
    """
    n = int(counts["n"].sum())
    rows = counts.sample(SAMPLE, random_state=seed) if len(counts) > SAMPLE else counts
    fit = mbgnbd.fit(rows) if rows.loc[rows["x"] > 0, "n"].sum() >= FEWEST_REPEATERS else None
    if fit is None or not fit.converged:
        return dict.fromkeys(SHARE) | {"denominator": n}
    columns = (rows["x"].to_numpy(), rows["t_x"].to_numpy(), rows["T"].to_numpy())

    def mean(params):
        return float(np.average(mbgnbd.probability_alive(params, *columns), weights=rows["n"]))

    share = mean(fit.params)
    drawn = [mean(row) for row in fit.draws(draws, seed).to_dict("records")]
    edge = (1 - confidence) / 2
    low, high = np.quantile(drawn, [edge, 1 - edge])
    values = (share, min(float(low), share), max(float(high), share), share * n, n)
    return dict(zip(SHARE, values, strict=True))


def share_of(numerator: int, denominator: int) -> dict:
    """A share of independent customers with its Wilson interval, as `repurchase_rate` gives it."""
    numerator, denominator = int(numerator or 0), int(denominator or 0)
    if not denominator:
        return dict(zip(SHARE, (None, None, None, 0, 0), strict=True))
    low, high = wilson(numerator, denominator)
    share = numerator / denominator
    low, high = min(float(low), share), max(float(high), share)  # rounding, at 0 and 1
    values = (share, low, high, numerator, denominator)
    return dict(zip(SHARE, values, strict=True))
