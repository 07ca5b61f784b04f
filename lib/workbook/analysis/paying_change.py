"""Who pays later than a year before: slices of customers, one error budget, start and money."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import t as student

from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import customer_draws, interval

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
    days later, weighted by money, times what is due in a year times the cost of capital.
    """
    rows = _watched(rows, as_of)
    tested = _tests(rows)
    left, found, taken = rows, [], _tests(rows)
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
    columns = ["column", "value", "window", "customers", "invoices", "before", "after",
               "difference", "se", "p"]  # fmt: skip
    found = []
    slices = [("all", "", rows)]
    for column in COLUMNS:
        if column in rows and rows[column].nunique() > 1:
            slices += [(column, value, part) for value, part in rows.groupby(column, observed=True)]
    for column, value, part in slices:
        for window in WINDOWS:
            test = _test(part, window)
            if test:
                found.append((column, value, window, *test))
    table = pd.DataFrame(found, columns=columns)
    table["p_holm"] = holm(table["p"]) if len(table) else []
    # of equal evidence the narrower slice is named before the whole
    table["whole"] = table["column"] == "all"
    table = table.sort_values(["p", "whole", "column", "value"], ignore_index=True, kind="stable")
    return table.drop(columns="whole")


def _test(part, window):
    recent = (part["back"] < window).to_numpy()
    before = ((part["back"] >= window) & (part["back"] < window + 365)).to_numpy()
    used = part[recent | before]
    after = recent[recent | before]
    sides = (used[after], used[~after])
    customers = [side["customer_id"].nunique() for side in sides]
    if min(customers) < FEWEST_CUSTOMERS or min(map(len, sides)) < FEWEST:
        return None
    means = [float(side["y"].mean()) for side in sides]
    sizes = np.where(after, len(sides[0]), -len(sides[1]))
    score = (used["y"].to_numpy() - np.where(after, *means)) / sizes
    sums = np.bincount(pd.factorize(used["customer_id"])[0], weights=score)
    se = float(np.sqrt((sums @ sums) * len(sums) / max(len(sums) - 1, 1)))
    if not se > 0:
        return None
    difference = means[0] - means[1]
    p = float(student.sf(difference / se, min(customers) - 1))
    return max(customers), len(used), means[1], means[0], difference, se, p


def _size(part, as_of, capital):
    """Since when, how many days later by money, and what that costs a year."""
    start = _start(part)
    recent = part["due_on"] >= start
    true_late = np.minimum(part["late"].to_numpy(float), LONGEST)
    weights = part["amount"].to_numpy(float)
    due_year = part["due_on"] > pd.Timestamp(as_of) - pd.Timedelta(days=FOLLOWED + 365)
    sums = pd.DataFrame(
        {
            "customer_id": part["customer_id"],
            "late_after": np.where(recent, weights * true_late, 0.0),
            "due_after": np.where(recent, weights, 0.0),
            "late_before": np.where(recent, 0.0, weights * true_late),
            "due_before": np.where(recent, 0.0, weights),
            "due_year": np.where(due_year, weights, 0.0),
        }
    ).groupby("customer_id").sum()  # fmt: skip
    days, money = _money(sums.sum(), capital)
    drawn = customer_draws(sums.reset_index(drop=True), draws=500)
    with np.errstate(all="ignore"):
        drawn_days, drawn_money = _money(drawn, capital)
    low, high = interval(drawn_days, confidence=0.80)
    money_low, money_high = interval(drawn_money, confidence=0.80)
    return {
        "start": start.date(), "days": float(days), "days_low": min(float(low), float(days)),
        "days_high": max(float(high), float(days)), "money": float(money),
        "money_low": min(float(money_low), float(money)),
        "money_high": max(float(money_high), float(money)),
        "invoiced": float(sums["due_year"].sum()),
    }  # fmt: skip


def _money(sums, capital):
    days = sums["late_after"] / sums["due_after"] - sums["late_before"] / sums["due_before"]
    return days, days * sums["due_year"] * capital / YEAR


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
