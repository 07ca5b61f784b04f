"""What became of the dissatisfied: followed up, closed, in time, overdue."""

from datetime import date

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.intervals import wilson

__all__ = ["call_back", "closed_loop", "low_answers"]


def low_answers(answers):
    """Answer sheets that ask for an answer: csat in the worst two steps, or a detractor.

    Returns
    -------
    ibis.Table or None
        customer_id, answered_on, score, and followed_up_on, closed_on as dates (NULL where the
        sheet has no such column). None when neither csat nor nps could be read.
    """
    table, scales = answers.table, answers.scales
    if "csat" in scales:
        low, score = table.csat <= scales["csat"].bottom, table.csat
    elif "nps" in scales:
        low, score = table.nps <= scales["nps"].high - 4, table.nps
    else:
        return None
    days = {
        name: table[name].cast("date") if name in table.columns else ibis.null("date")
        for name in ("followed_up_on", "closed_on")
    }
    named = table.mutate(score=score, **days).filter(low)
    return named.select("customer_id", "answered_on", "score", *days)


def closed_loop(rows, *, as_of: date, moment="answered_on", limits=None, confidence=0.95):
    """Shares followed up and closed within their time.

    Parameters
    ----------
    rows : ibis.Table or None
        With `moment`, and the columns named in `limits`.
    as_of : date
    moment : str
        When the feedback was given.
    limits : dict
        Column to the days within which it should be filled, default followed_up_on 7, closed_on 30.

    Returns
    -------
    pandas.DataFrame
        step, limit_days, due (feedback older than the limit, and younger done already), in_time,
        share, low, high (Wilson;
        missing where no date at all is on file), overdue (due and not done at all), median_days (open ones count
        as longer than they have waited; missing when fewer than half are done), recorded (any date
        at all in the column). Empty without rows or columns.

    Notes
    -----
    Not due yet and open is left out; done before it is due counts only once the limit has passed,
    so that quick ones do not stand for all.
    """
    limits = limits or {"followed_up_on": 7, "closed_on": 30}
    columns = ["step", "limit_days", "due", "in_time", "share", "low", "high", "overdue",
               "median_days", "recorded"]  # fmt: skip
    limits = {} if rows is None else {k: v for k, v in limits.items() if k in rows.columns}
    found = []
    for step, limit in limits.items():
        age = ibis.date(as_of.isoformat()).delta(rows[moment].cast("date"), unit="day")
        taken = rows[step].cast("date").delta(rows[moment].cast("date"), unit="day")
        old = rows.mutate(age=age, taken=ibis.ifelse(taken < 0, 0, taken)).filter(age > limit)
        days = old.select("taken").to_pandas()["taken"].astype(float)
        due, done = len(days), int(days.notna().sum())
        in_time = int((days <= limit).sum())
        low, high = wilson(in_time, due, confidence=confidence) if done else (np.nan, np.nan)
        middle = float(np.median(days.fillna(np.inf))) if due else np.nan
        found.append((step, limit, due, in_time, in_time / due if done else np.nan, float(low),
                      float(high), due - done, middle if np.isfinite(middle) else np.nan,
                      done > 0))  # fmt: skip
    return pd.DataFrame(found, columns=columns)


def call_back(rows, summary=None, *, as_of: date, within_days=180):
    """Dissatisfied customers whom nobody has come back to, the most valuable first.

    Parameters
    ----------
    rows : ibis.Table or None
        From `low_answers`.
    summary : pandas.DataFrame, optional
        customer_id, gross_amount, last_on.
    within_days : int
        Older answers are past answering.

    Returns
    -------
    pandas.DataFrame
        customer_id, answered_on, score, waiting_days, and gross_amount, last_on where a summary is
        given; one row per customer, the last answer.
    """
    columns = ["customer_id", "answered_on", "score", "waiting_days"]
    if rows is None:
        more = [] if summary is None else ["gross_amount", "last_on"]
        return pd.DataFrame(columns=[*columns, *more])
    open_ones = rows.filter(
        rows.customer_id.notnull() & rows.followed_up_on.isnull() & rows.closed_on.isnull()
    ).to_pandas()
    open_ones["answered_on"] = pd.to_datetime(open_ones["answered_on"])
    open_ones["waiting_days"] = (pd.Timestamp(as_of) - open_ones["answered_on"]).dt.days
    table = open_ones[open_ones["waiting_days"] <= within_days]
    table = table.sort_values(["answered_on", "score"]).drop_duplicates("customer_id", keep="last")
    table = table[columns]
    order = ["waiting_days", "customer_id"]
    if summary is not None:
        money = summary[["customer_id", "gross_amount", "last_on"]]
        table = table.merge(money, on="customer_id", how="left")
        order = ["gross_amount", *order]
    return table.sort_values(
        order, ascending=[n == "customer_id" for n in order], ignore_index=True
    )
