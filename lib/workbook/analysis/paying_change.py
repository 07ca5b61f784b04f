"""Who pays later than a year before: slices of customers, one error budget, start and money."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import t as student

from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import interval

__all__ = ["BUDGET", "COLUMNS", "PayingChange", "paying_changes"]

#: A fifth of the 1 % that a whole run may raise in a company without problems.
BUDGET = 0.002
COLUMNS = ("type", "region", "province", "client_tier", "industry", "company_size", "channel")
FOLLOWED = 60  # days after the due date in which every invoice counted has been watched
WINDOWS = (180, 365)  # days of due dates that are compared with the year before them
FEWEST_CUSTOMERS = 8  # on either side
FEWEST = 20  # invoices on either side
MOST = 3  # slices told apart
LEAST_DAYS = 2.0  # days later that matter to anybody
LONGEST = 150  # days late that count in money: an invoice never paid is a loss of another kind
BLOCKS, DRAWS = 200, 500  # blocks of customers drawn again
YEAR = 365.25


@dataclass(frozen=True)
class PayingChange:
    """Invoices that are paid later than a year before.

    Attributes
    ----------
    tested : DataFrame
        column, value ("all", "" for the whole), window (days), customers, invoices, before, after
        (mean days late, 60 at most each), difference, se, p (one-sided), p_holm; smallest p first.
    found : DataFrame
        Of those that pass, the slices that explain the others: the same columns and start (day),
        days (days later by money), days_low, days_high, money, money_low, money_high (a year, 80 %),
        invoiced (money due in the last 365 days).
    """

    tested: pd.DataFrame
    found: pd.DataFrame


def paying_changes(
    rows: pd.DataFrame, *, as_of: date, capital_cost_annual=0.08, level=BUDGET, part=1.0
) -> PayingChange:
    """Slices of customers who pay later than a year before.

    Parameters
    ----------
    rows : DataFrame
        From `receivables.settled`, with any of the columns `COLUMNS`.
    capital_cost_annual : float
        What money tied up costs, a share per year.
    level : float
        Chance to find anything where nothing changed.
    part : float
        Part of the customers that `rows` holds; money is that of all.

    Notes
    -----
    Mean days late per invoice, cut at 60 and watched for 60 days, of the last 180 or 365 days of due
    dates against the 365 before; variance by customer, t with the customers of the smaller side less
    one; Holm over slices and windows. Of those that pass, the slice with the largest difference over its error
    is taken, its invoices are put aside, and the others are tested again: what does not pass then was explained by it. Money is the
    days later, weighted by money (Kaplan-Meier over days late, 150 at most, since some are still open), times what is due in a year times the cost of capital.
    """
    rows = _watched(rows, as_of)
    tested = _tests(rows)
    left, found, taken = rows, [], tested
    while len(found) < MOST and len(taken):
        passing = taken[(taken["p_holm"] < level) & (taken["difference"] >= LEAST_DAYS)]
        if not len(passing):
            break
        # by the size against its error: p of many customers is smaller at the same evidence
        best = passing.loc[(passing["difference"] / passing["se"]).idxmax()]
        mine = _member(left, best["column"], best["value"])
        found.append(dict(best) | _size(left[mine], as_of, capital_cost_annual / part))
        left = left[~mine]
        if best["column"] == "all":
            break
        taken = _tests(left)
        # the budget is that of the first look: no fewer comparisons are counted later
        taken["p_holm"] = np.minimum(taken["p"] * len(tested), 1.0)
    table = pd.DataFrame(found) if found else tested.head(0)
    return PayingChange(tested, table)


def _watched(rows, as_of):
    """Invoices due early enough to have been watched, with the day counted back from the last one."""
    end = pd.Timestamp(as_of) - pd.Timedelta(days=FOLLOWED)
    back = (end - rows["due_on"]).dt.days
    kept = rows.assign(back=back, y=np.minimum(rows["late"], FOLLOWED).astype(float))
    return kept[(back >= 0) & (back < 2 * 365)].reset_index(drop=True)


def _member(rows, column, value):
    if column == "all":
        return np.ones(len(rows), bool)
    return (rows[column].astype(object) == value).to_numpy()


def _tests(rows):
    """Every slice and window tested, smallest p first."""
    columns = ["column", "value", "window", "customers", "invoices", "before", "after",
               "difference", "se", "p"]  # fmt: skip
    back, y = rows["back"].to_numpy(), rows["y"].to_numpy()
    customer, _ = pd.factorize(rows["customer_id"])
    slices = [("all", "", np.arange(len(rows)))]
    for column in COLUMNS:
        if column in rows:
            codes, names = pd.factorize(rows[column], sort=True)
            order = np.argsort(codes, kind="stable")
            edges = np.searchsorted(codes[order], np.arange(len(names) + 1))
            slices += [(column, name, order[low:high])
                       for name, low, high in zip(names, edges, edges[1:], strict=False)
                       if len(names) > 1]  # fmt: skip
    found = []
    for column, value, places in slices:
        for window in WINDOWS:
            test = _test(back[places], y[places], customer[places], window)
            if test:
                found.append((column, value, window, *test))
    table = pd.DataFrame(found, columns=columns)
    table["p_holm"] = holm(table["p"]) if len(table) else []
    return table.sort_values(["p", "column", "value", "window"], ignore_index=True, kind="stable")


def _test(back, y, customer, window):
    """One slice: customers, invoices, before, after, difference, se, p; None when too few."""
    after = back < window
    used = back < window + 365
    before = used & ~after
    sides = [len(pd.unique(customer[side])) for side in (after, before)]
    n, m = int(after.sum()), int(before.sum())
    if min(sides) < FEWEST_CUSTOMERS or min(n, m) < FEWEST:
        return None
    means = y[after].mean(), y[before].mean()
    score = np.where(after, (y - means[0]) / n, -(y - means[1]) / m)[used]
    sums = np.bincount(customer[used], weights=score)
    number = len(pd.unique(customer[used]))
    se = float(np.sqrt((sums @ sums) * number / max(number - 1, 1)))
    if not se > 0:
        return None
    difference = float(means[0] - means[1])
    p = float(student.sf(difference / se, min(sides) - 1))
    return max(sides), n + m, float(means[1]), float(means[0]), difference, se, p


def _size(part, as_of, capital):
    """Since when, how many days later by money, and what that costs a year."""
    start = _start(part)
    recent = (part["due_on"] >= start).to_numpy()
    weights = part["amount"].to_numpy(float)
    block = pd.factorize(part["customer_id"])[0] % BLOCKS
    used = int(block.max()) + 1
    late = np.minimum(part["late"].to_numpy(int), LONGEST)
    paid = ~part["open"].to_numpy(bool) & (part["late"].to_numpy() <= LONGEST)
    sides = [_lateness(late[s], paid[s], weights[s], block[s], used) for s in (recent, ~recent)]
    due_year = (part["due_on"] > pd.Timestamp(as_of) - pd.Timedelta(days=FOLLOWED + 365)).to_numpy()
    invoiced = np.bincount(block, weights * due_year, minlength=used)
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(used, np.full(used, 1 / used), size=DRAWS)
    drawn = np.vstack([np.ones(used, int), drawn])
    after, before = (_mean_late(drawn @ events, drawn @ waiting) for events, waiting in sides)
    days = after - before
    money = days * (drawn @ invoiced) * capital / YEAR
    found = {"start": start.date(), "invoiced": float(invoiced.sum())}
    for name, values in (("days", days), ("money", money)):
        low, high = interval(values[1:], confidence=0.80)
        value = float(values[0])
        found |= {name: value, f"{name}_low": min(float(low), value),
                  f"{name}_high": max(float(high), value)}  # fmt: skip
    return found


def _lateness(late, paid, weights, block, used):
    """Money paid on each day late, and still waiting that day, by block of customers."""
    shape = (used, LONGEST + 2)
    events, ends = np.zeros(shape), np.zeros(shape)
    np.add.at(events, (block[paid], late[paid]), weights[paid])
    np.add.at(ends, (block, late), weights)
    waiting = ends[:, ::-1].cumsum(axis=1)[:, ::-1]
    return events, waiting


def _mean_late(events, waiting):
    """Mean days late by money, 150 at most; open invoices count up to the day they were last seen."""
    with np.errstate(all="ignore"):
        stay = np.where(waiting > 0, 1 - events / waiting, 1.0)
    return stay[:, :LONGEST].cumprod(axis=1).sum(axis=1)


def _start(part):
    """The due day that best parts the invoices into two levels, at least a tenth on either side."""
    part = part.sort_values("due_on", kind="stable")
    y, n = part["y"].to_numpy(), len(part)
    first = np.arange(1, n)
    head = np.cumsum(y)[:-1]
    gap = head / first - (y.sum() - head) / (n - first)
    between = gap**2 * first * (n - first)
    edge = max(n // 10, 5)
    between[: edge - 1] = -1.0
    between[n - edge :] = -1.0
    # days, not single invoices, are what a change begins with
    day = part["due_on"].to_numpy()
    between[day[1:] == day[:-1]] = -1.0
    return pd.Timestamp(day[int(between.argmax()) + 1]) if n > 2 * edge else pd.Timestamp(day[0])
