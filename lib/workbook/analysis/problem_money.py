"""What a place that got worse costs a year, against what it would have had."""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.analysis.money_range import Money, log_error, scaled
from workbook.analysis.place_start import shift_since
from workbook.analysis.survival import restricted_mean, survival_curve
from workbook.analysis.watch_tables import Books, rows_at

__all__ = ["place_money", "shortfall"]

YEAR_WEEKS = 365.25 / 7
EARLIEST_PAID, LONGEST_OPEN = 30, 210  # days before the due date, and from then on
DRAWS = 4000


def place_money(
    books: Books, measure: str, where: dict, week: int, *, interest_per_year: float
) -> Money | None:
    """Money a year that goes with a measure that got worse in a place since a week.

    Parameters
    ----------
    books : Books
    measure : str
        Name of a measure.
    where : dict
        {column: value}.
    week : int
        First week of the worse level.
    interest_per_year : float
        What money that is paid later costs, a share of it a year.

    Returns
    -------
    Money or None
        None where the place can't be followed into what customers bought, or too little is known.

    Notes
    -----
    Returns: lines sold times the share that came back beyond the usual. Days late: what fell due times
    the days beyond the usual times interest. Contracts: those that ended beyond the usual, their
    yearly value for the time left to the end of the data. Else purchases: see `shortfall`. The interval
    holds the error of the change and that of the money it acts on, both by blocks of customers.
    """
    if measure == "returns":
        return _returned(books, where, week)
    if measure == "days_late":
        return _waited(books, where, week, interest_per_year)
    if measure == "contract_ends":
        return _fees(books, where, week)
    if measure == "order_value":
        return _smaller_orders(books, where, week)
    if measure == "new_customers":
        return _not_won(books, where, week)
    return shortfall(books, where, week)


def shortfall(books: Books, where: dict, week: int) -> Money | None:
    """Revenue of purchases that the place would have had beyond those it has, a year.

    Notes
    -----
    For each kind of customers the log ratio of purchases to what they would be, drawn towards that of
    all kinds as far as chance sets them apart (DerSimonian, Laird 1986), on the revenue that the kind
    really made since then, which customers drawn again would make more or less of. First purchases are
    left out.
    """
    watched = _bought(books, where)
    if watched is None:
        return None
    inside = watched.within(where)
    whole = shift_since(watched.across(where), inside, week)
    if whole is None:
        return None
    kinds = books.people.codes.get("type")
    kind_of = np.zeros(len(books.people.ids), int) if kinds is None else kinds
    revenue = _revenue(books, where, week, kind_of)
    deltas, variances, money, errors = [], [], [], []
    for kind, (amount, error) in sorted(revenue.items()):
        mine = watched.who >= 0
        mine &= kind_of[np.maximum(watched.who, 0)] == kind
        shift = None
        if len(revenue) > 1 and "type" not in where and (inside & mine).sum():
            shift = shift_since(watched.rows(mine), inside[mine], week)
        money.append(amount)
        errors.append(error)
        deltas.append(shift.effect if shift else whole.effect)
        variances.append(shift.se**2 if shift else np.inf if len(revenue) > 1 else whole.se**2)
    draws = _drawn(np.array(deltas), np.array(variances), whole)
    weeks = books.clock.weeks - week
    scale = YEAR_WEEKS / weeks / books.people.share
    rng = np.random.default_rng(1)
    made = np.array(money) * np.exp(np.array(errors) * rng.standard_normal(draws.shape))
    lost = (made * np.expm1(-draws)).sum(axis=1) * scale
    return _summed(lost, "revenue", "purchases")


def _summed(draws, basis, part):
    low, value, high = np.quantile(draws, [0.1, 0.5, 0.9])
    return Money(float(value), float(low), float(high), basis, {part: float(value)})


def _drawn(delta, variance, whole):
    """Draws of the log ratio of each kind, kinds drawn towards their common mean."""
    rng = np.random.default_rng(0)
    known = np.isfinite(variance) & (variance > 0)
    mean, mean_variance, between = whole.effect, whole.se**2, 0.0
    if known.sum() > 1:
        weight = 1 / variance[known]
        fixed = (weight * delta[known]).sum() / weight.sum()
        q = (weight * (delta[known] - fixed) ** 2).sum()
        room = weight.sum() - (weight**2).sum() / weight.sum()
        between = max((q - known.sum() + 1) / room, 0.0)
    pull = np.where(known, between / (between + np.where(known, variance, 1.0)), 0.0)
    common = mean + np.sqrt(mean_variance) * rng.standard_normal((DRAWS, 1))
    own = np.sqrt(np.where(known, pull * np.where(known, variance, 0.0), between))
    centre = pull * delta + (1 - pull) * common
    return centre + own * rng.standard_normal((DRAWS, len(delta)))


def _bought(books, where):
    """The measure of purchases in which the place can be followed."""
    for name in ("purchases", "channel_purchases"):
        watched = books.measures.get(name)
        if watched is not None and where and all(c in watched.codes for c in where):
            return watched
    return None


def _revenue(books, where, week, kind_of):
    orders = books.orders
    late = (books.clock.week(orders["on"]) >= week) & orders.duplicated("who").to_numpy()
    part = orders[late & rows_at(books, orders, where)]
    if part.empty:
        return {0: (0.0, 0.0)}
    groups = part.groupby(kind_of[part["who"].to_numpy()])
    return {k: (g["amount"].sum(), log_error(books, g)) for k, g in groups}


def _smaller_orders(books, where, week):
    watched = books.measures["order_value"]
    shift = shift_since(watched.across(where), watched.within(where), week)
    if shift is None:
        return None
    late = books.clock.week(books.orders["on"]) >= week
    rows = books.orders[late & rows_at(books, books.orders, where)]
    amount = rows["amount"].sum() * YEAR_WEEKS / (books.clock.weeks - week) / books.people.share
    return scaled(shift, amount, log_error(books, rows), "revenue", "order_value")


def _not_won(books, where, week):
    watched = books.measures["new_customers"]
    shift = shift_since(watched.across(where), watched.within(where), week)
    if shift is None:
        return None
    orders = books.orders
    start = orders.groupby("who")["on"].transform("min")
    new = (books.clock.week(start) >= week) & rows_at(books, orders, where)
    amount = orders["amount"][new].sum() * YEAR_WEEKS / (books.clock.weeks - week)
    return scaled(shift, amount / books.people.share, log_error(books, orders[new]), "revenue", "new_customers")  # fmt: skip


def _returned(books, where, week):
    watched = books.measures["returns"]
    shift = shift_since(watched.across(where), watched.within(where), week)
    if shift is None:
        return None
    on = books.clock.week(books.lines["on"])
    sold = books.lines[(on >= week) & (on <= watched.last_week) & rows_at(books, books.lines, where)]  # fmt: skip
    weeks = watched.last_week + 1 - week
    amount = sold["amount"].sum() * shift.after * YEAR_WEEKS / weeks / books.people.share
    return scaled(shift, -amount, log_error(books, sold), "revenue", "returns")


def _waited(books, where, week, interest):
    watched = books.measures["days_late"]
    shift = shift_since(watched.across(where), watched.within(where), week)
    if shift is None or not shift.effect:
        return None
    invoices = books.invoices
    due, here = books.clock.week(invoices["due_on"]), rows_at(books, invoices, where)
    told = here & (due <= watched.last_week) & (due >= 0)
    curves = [_open_days(invoices[told & side], books.clock.as_of) for side in (due >= week, due < week)]  # fmt: skip
    if not all(curve.n for curve in curves):
        return None
    capped = shift.after - shift.before
    # what lies beyond the days that the comparison follows
    unpaid = [curve.last for curve in curves if not curve.table["survival"].min() <= 1e-9]
    longest = min([LONGEST_OPEN, *unpaid])
    late, early = (restricted_mean(curve, longest)[0] for curve in curves)
    more = (late - early) / capped if capped > 0 else 1.0
    passed = here & (due >= week) & (due < books.clock.weeks)
    rows = invoices[passed]
    amount = rows["amount"].sum() * YEAR_WEEKS / (books.clock.weeks - week)
    one = amount / books.people.share * interest / 365.25 * max(more, 1.0)
    low, high = shift.interval(0.8)
    found = Money(one * shift.effect, one * low, one * high, "contribution", {"days_late": one * shift.effect})  # fmt: skip
    return found.drawn_again(log_error(books, rows))


def _open_days(invoices, as_of):
    """Share still open by days since `EARLIEST_PAID` before the due date; those not paid yet are watched
    until the end of the data: that some never pay, as before, is no delay."""
    begin = invoices["due_on"] - pd.Timedelta(days=EARLIEST_PAID)
    until = invoices["paid_on"].fillna(pd.Timestamp(as_of))
    days = (until - begin).dt.days.clip(lower=1).astype(float)
    rows = pd.DataFrame({"entry": 0.0, "duration": days, "ended": invoices["paid_on"].notna()})
    return survival_curve(rows)


def _fees(books, where, week):
    watched, contracts = books.measures["contract_ends"], books.contracts
    inside = watched.within(where)
    shift = shift_since(watched, inside, week)
    if shift is None or "value" not in contracts:
        return None
    late = inside & (watched.week >= week)
    ends = watched.above[late]
    if not ends.sum():
        return None
    left = np.average(books.clock.weeks - watched.week[late], weights=ends) / YEAR_WEEKS
    here = contracts.loc[rows_at(books, contracts, where), "value"]
    value, error = here.mean(), here.std() / np.sqrt(max(len(here), 1)) / here.mean()
    amount = shift.above * left * value * YEAR_WEEKS / (books.clock.weeks - week)
    return scaled(shift, -amount / books.people.share, error, "revenue", "contract_ends")
