"""What customers went on to do after they had answered, by how satisfied they were."""

from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.intervals import wilson

__all__ = ["CLASSES", "adjusted_gap", "answer_class", "by_class", "followed_answers", "point_slope"]

FEWEST = 30  # customers of a class
CLASSES = ("dissatisfied", "between", "satisfied")
_PAST = 365  # days before the answer that tell who is compared with whom


def answer_class(values, scale):
    """Class of each answer: the worst two steps, the best two, between; None without an answer."""
    values = np.asarray(values, float)
    named = np.where(values >= scale.top, "satisfied",
                     np.where(values <= scale.bottom, "dissatisfied", "between")).astype(object)  # fmt: skip
    return np.where(np.isnan(values), None, named)


def followed_answers(
    answers, orders, *, as_of: date, follow_days=365, column="csat", contracts=None
):
    """Each customer's last answer that has been followed long enough, with what came before and after.

    Parameters
    ----------
    answers : Answers
    orders : ibis.Table or None
    as_of : date
    follow_days : int
        Days after the answer.
    column : str
        csat or nps.
    contracts : ibis.Table, optional
        With customer_id, started_on and ended_on.

    Returns
    -------
    pandas.DataFrame
        customer_id, score, kind (`answer_class`), days_before, spent_before (purchase days and
        money in the 365 days up to the answer), silence (days since the last purchase), bought,
        spent (purchase in the follow_days after it, and its money), stratum; where contracts are
        given also running (a contract ran on the day of the answer) and ended (follow_days
        later none ran). Sorted by customer; empty without orders, or where nobody was followed.
    """
    columns = ["customer_id", "score", "kind", "days_before", "spent_before", "silence", "bought",
               "spent", "stratum"]  # fmt: skip
    if orders is None or column not in answers.scales:
        return pd.DataFrame(columns=columns)
    table = answers.table
    last_day = as_of - timedelta(days=follow_days)
    known = table.filter(
        table[column].notnull() & table.customer_id.notnull() & (table.answered_on <= last_day)
    )
    chosen = known.group_by("customer_id").aggregate(
        answered_on=known.answered_on.max(),
        score=known[column].argmax(known.answered_on),
    )
    joined = chosen.inner_join(
        orders.select("customer_id", "amount", "is_return", on=orders.ordered_at.date()),
        "customer_id",
    )
    gap = joined.on.delta(joined.answered_on, unit="day")
    earlier, later = gap.between(-_PAST, 0), gap.between(1, follow_days)
    bought = ~joined.is_return
    rows = joined.group_by("customer_id").aggregate(
        score=joined.score.max(),
        days_before=joined.on.nunique(where=earlier & bought),
        spent_before=joined.amount.sum(where=earlier),
        silence=-gap.max(where=(gap <= 0) & bought),
        bought=(later & bought).any(),
        spent=joined.amount.sum(where=later & bought),
    )
    if contracts is not None:
        rows = rows.left_join(_contract_ends(chosen, contracts, follow_days), "customer_id")
        rows = rows.drop("customer_id_right")
    frame = rows.order_by("customer_id").to_pandas()
    frame = frame[frame["silence"].notna()].reset_index(drop=True)  # customers before they answered
    frame["kind"] = answer_class(frame["score"], answers.scales[column])
    for name in ("spent", "spent_before"):
        frame[name] = frame[name].fillna(0.0).astype(float)
    days = np.minimum(frame["days_before"].fillna(0).astype(int), 4)
    quiet = np.digitize(frame["silence"].astype(float), [31, 92, 183])
    frame["stratum"] = days * 4 + quiet
    return frame


def _contract_ends(chosen, contracts, follow_days):
    start, end = (contracts[name].cast("date") for name in ("started_on", "ended_on"))
    rows = chosen.inner_join(contracts.select("customer_id", start=start, end=end), "customer_id")

    def runs(day):
        return ((rows.start <= day) & (rows.end.isnull() | (rows.end > day))).any()

    then = rows.answered_on + ibis.interval(days=follow_days)
    # renewed under a new number is not ended: what counts is whether any contract still runs
    told = rows.group_by("customer_id").aggregate(running=runs(rows.answered_on), still=runs(then))
    return told.mutate(ended=told.running & ~told.still).drop("still")


def by_class(followed, outcome="bought", *, confidence=0.95):
    """Share of customers with the outcome, by class of answer.

    Parameters
    ----------
    followed : DataFrame
        From `followed_answers`.
    outcome : str
        bought, or ended (of those with a running contract).

    Returns
    -------
    DataFrame
        kind, customers, count, share, low, high (Wilson), enough (30 customers or more).
    """
    rows = followed
    if outcome == "ended":
        there = "running" in followed
        rows = followed[followed["running"].eq(True)] if there else followed[:0]
    found = []
    for kind in CLASSES:
        part = rows[rows["kind"] == kind]
        n = len(part)
        count = int(part[outcome].eq(True).sum()) if n else 0
        low, high = wilson(count, n, confidence=confidence)
        share = count / n if n else np.nan
        found.append((kind, n, count, share, float(low), float(high), n >= FEWEST))
    columns = ["kind", "customers", "count", "share", "low", "high", "enough"]
    return pd.DataFrame(found, columns=columns)


def adjusted_gap(followed, outcome="bought", *, worse="dissatisfied", better="satisfied",
                 confidence=0.95):  # fmt: skip
    """Difference between two classes among customers with alike purchases before the answer.

    Parameters
    ----------
    followed : DataFrame
        From `followed_answers`.
    outcome : str
        bought (share) or spent (money per customer).

    Returns
    -------
    dict or None
        customers (of the worse class with a counterpart), worse, better (levels, both weighted by
        the strata of the worse class), gap (worse - better), low, high, low_80, high_80, se, p
        (two-sided). None with fewer than 30 customers on either side.

    Notes
    -----
    Strata: purchase days in the year before (0 to 4 and more) by time since the last purchase (up
    to 30, 91, 182 days, longer). Weights of the worse class; variance by stratum. What else sets
    the two apart stays in the difference.
    """
    table = followed.assign(y=followed[outcome].astype(float)) if len(followed) else followed
    if not len(table):
        return None
    grouped = table.groupby(["stratum", "kind"])["y"].agg(["size", "mean", "var"]).unstack("kind")
    for kind in (worse, better):
        if ("size", kind) not in grouped:
            return None
    sizes = grouped["size"][[worse, better]].fillna(0)
    usable = (sizes > 1).all(axis=1)
    sizes = sizes[usable]
    if sizes[worse].sum() < FEWEST or sizes[better].sum() < FEWEST:
        return None
    mean, var = (grouped[name].loc[sizes.index] for name in ("mean", "var"))
    weight = sizes[worse] / sizes[worse].sum()
    levels = {kind: float(weight @ mean[kind]) for kind in (worse, better)}
    # a stratum whose few customers all did the same has no spread of its own: pool it
    pooled = {k: np.average(var[k], weights=sizes[k]) for k in (worse, better)}
    spread = sum(
        (weight**2 * np.maximum(var[k], pooled[k] * (sizes[k] < 10)) / sizes[k]).sum()
        for k in (worse, better)
    )
    se = float(np.sqrt(spread))
    gap = levels[worse] - levels[better]
    half, half_80 = norm.ppf(0.5 + confidence / 2) * se, norm.ppf(0.9) * se
    return {"customers": int(sizes[worse].sum()), "worse": levels[worse], "better": levels[better],
            "gap": gap, "low": gap - half, "high": gap + half, "low_80": gap - half_80,
            "high_80": gap + half_80, "se": se,
            "p": float(2 * norm.sf(abs(gap) / se)) if se > 0 else 1.0}  # fmt: skip


def point_slope(followed, *, confidence=0.95):
    """How much more often customers bought again, per step of the scale, within strata.

    Returns
    -------
    dict or None
        slope (share of customers per step), low, high, se, base (share who bought), relative
        (slope / base). None with fewer than 100 customers or one answer only.

    Notes
    -----
    Least squares within the strata of `adjusted_gap`, standard error robust to unequal spread.
    """
    if len(followed) < 100 or followed["score"].nunique() < 2 or not followed["bought"].any():
        return None
    table = followed.assign(y=followed["bought"].astype(float), x=followed["score"].astype(float))
    centred = table[["x", "y"]] - table.groupby("stratum")[["x", "y"]].transform("mean")
    x, y = centred["x"].to_numpy(), centred["y"].to_numpy()
    power = x @ x
    if not power > 0:
        return None
    slope = float(x @ y / power)
    se = float(np.sqrt(((x * (y - slope * x)) ** 2).sum()) / power)
    half = norm.ppf(0.5 + confidence / 2) * se
    base = float(table["y"].mean())
    return {"slope": slope, "low": slope - half, "high": slope + half, "se": se, "base": base,
            "relative": slope / base, "customers": len(table)}  # fmt: skip
