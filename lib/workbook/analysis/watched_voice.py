"""Measures of answers, tickets and what a new customer costs, watched for problems."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t

from workbook.analysis.watched import Clock, People, Watched
from workbook.analysis.watched_sales import made

__all__ = ["answer_measure", "spend_shifts", "ticket_measures"]

AGAIN_DAYS = 60
SOLVED_DAYS = 30
FEWEST_MONTHS = 6


def answer_measure(answers: pd.DataFrame, people: People, clock: Clock) -> Watched | None:
    """Satisfaction: `answers` has who, on, score, touchpoint where known."""
    extra = [("touchpoint", answers["touchpoint"])] if "touchpoint" in answers else []
    stratum = None
    if "touchpoint" in answers:
        stratum = pd.factorize(answers["touchpoint"])[0] + 1
    return made(
        "satisfaction", "mean", -1, people, answers["who"], clock.week(answers["on"]),
        answers["score"], stratum=None, extra=extra, last=clock.weeks - 1,
    ) if stratum is not None or len(answers) else None  # fmt: skip


def ticket_measures(
    tickets: pd.DataFrame, orders: pd.DataFrame | None, people: People, clock: Clock
) -> dict[str, Watched]:
    """Hours to the first reply and to the solution, complaints per purchase, and complaints again.

    Parameters
    ----------
    tickets : pandas.DataFrame
        who (-1: not known), opened_at, kind, and where known channel, priority, cause,
        first_reply_at, closed_at.
    orders : pandas.DataFrame or None
        who, on: purchases that complaints are counted against.
    """
    week, last = clock.week(tickets["opened_at"]), clock.weeks - 1
    who = tickets["who"].to_numpy()
    kind = pd.factorize(tickets["kind"])[0] + 1
    extra = [(c, tickets[c].to_numpy()) for c in ("kind", "channel", "priority") if c in tickets]
    found = {}
    if "first_reply_at" in tickets:
        hours = (tickets["first_reply_at"] - tickets["opened_at"]) / pd.Timedelta(hours=1)
        there = (hours >= 0).to_numpy()
        found["reply_hours"] = made(
            "reply_hours", "mean", 1, people, who[there], week[there],
            np.log(hours.to_numpy(float)[there] + 0.1), stratum=kind[there],
            extra=[(c, v[there]) for c, v in extra], last=last,
        )  # fmt: skip
    if "closed_at" in tickets:
        days = (tickets["closed_at"] - tickets["opened_at"]) / pd.Timedelta(days=1)
        days = days.fillna(SOLVED_DAYS).clip(0, SOLVED_DAYS).to_numpy(float)
        found["solution_days"] = made(
            "solution_days", "mean", 1, people, who, week, np.log(days + 0.1), stratum=kind,
            extra=extra, last=last - -(-SOLVED_DAYS // 7),
        )  # fmt: skip
    said = (tickets["kind"] == "complaint").to_numpy()
    known = said & (who >= 0)
    if orders is not None and known.sum():
        both = np.concatenate([orders["who"].to_numpy(), who[known]])
        when = np.concatenate([clock.week(orders["on"]), week[known]])
        is_one = np.arange(len(both)) >= len(orders)
        found["complaints"] = made(
            "complaints", "ratio", 1, people, both, when, is_one, below=~is_one, last=last,
            counted=True,
        )  # fmt: skip
    if known.sum():
        found["complaints_again"] = _again(tickets[known], people, clock)
    return {name: watched for name, watched in found.items() if watched is not None}


def _again(complaints, people, clock):
    """Complaints followed by another of the customer (of the same cause where known)."""
    keys = ["who", "cause"] if "cause" in complaints else ["who"]
    rows = complaints.sort_values([*keys, "opened_at"], kind="stable")
    following = rows.groupby(keys, dropna=False)["opened_at"].shift(-1)
    again = (following - rows["opened_at"]).dt.days <= AGAIN_DAYS
    extra = [(c, rows[c].to_numpy()) for c in ("cause", "channel") if c in rows]
    return made(
        "complaints_again", "ratio", 1, people, rows["who"], clock.week(rows["opened_at"]), again,
        extra=extra, last=clock.weeks - 1 - -(-AGAIN_DAYS // 7), counted=True,
    )  # fmt: skip


def spend_shifts(spend: pd.DataFrame, *, fewest: int = FEWEST_MONTHS) -> pd.DataFrame:
    """Cost of a new customer by channel: the month from which it shifted against other channels.

    Parameters
    ----------
    spend : pandas.DataFrame
        month (datetime64, complete months), channel, amount, new_customers.

    Returns
    -------
    pandas.DataFrame
        channel, month, effect (log ratio), se, free, p (one-sided, times the months tried), before,
        after (money per new customer), amount (since), months (since), smallest p first.

    Notes
    -----
    Log of the monthly cost less the median log of the other channels; Student's t of the months after
    against those before, whose noise is taken as one: that of three months alone, as Welch's t takes
    it, is often small by chance, and then alarms.
    """
    wide = spend.groupby(["month", "channel"])[["amount", "new_customers"]].sum().unstack("channel")
    cost = (wide["amount"] / wide["new_customers"]).where(wide["new_customers"] > 0)
    cost = np.log(cost.where(cost > 0)).dropna(how="all")
    rows = []
    for channel in cost.columns:
        rest = cost.drop(columns=channel).median(axis=1) if cost.shape[1] > 1 else 0.0
        y = (cost[channel] - rest).dropna()
        if len(y) < 2 * fewest:
            continue
        value, n = y.to_numpy(), len(y)
        places = np.arange(fewest, n - 2)
        tests = [_compared(value[:k], value[k:]) for k in places]
        gains = [k * (n - k) / n * (value[k:].mean() - value[:k].mean()) ** 2 * (value[k:].mean() > value[:k].mean()) for k in places]  # fmt: skip
        best = int(np.argmax(gains))
        k, (effect, se, free, p) = int(places[best]), tests[best]
        month = y.index[k]
        late, early = (wide.loc[y.index[part]] for part in (slice(k, None), slice(0, k)))
        sums = [(part["amount"][channel].sum(), part["new_customers"][channel].sum()) for part in (early, late)]  # fmt: skip
        rows.append((channel, month, effect, se, free, min(p * len(places), 1.0),
                     sums[0][0] / sums[0][1], sums[1][0] / sums[1][1], sums[1][0], n - k))  # fmt: skip
    columns = [
        "channel",
        "month",
        "effect",
        "se",
        "free",
        "p",
        "before",
        "after",
        "amount",
        "months",
    ]
    return pd.DataFrame(rows, columns=columns).sort_values("p", kind="stable", ignore_index=True)


def _compared(before, after):
    effect, free = after.mean() - before.mean(), len(before) + len(after) - 2
    squares = sum(((x - x.mean()) ** 2).sum() for x in (before, after))
    se = np.sqrt(squares / free * (1 / len(before) + 1 / len(after)))
    return (effect, se, free, float(t.sf(effect / se, free))) if se > 0 else (effect, np.nan, free, 1.0)  # fmt: skip
