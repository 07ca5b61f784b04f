"""Credit limits, ratings and statements of business customers, as points a reader can follow."""

import re
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from workbook.analysis.account_facts import up_to

__all__ = ["RATIOS", "credit_facts", "rating_points", "statement_facts", "statement_points"]

#: Ratio of a statement -> (items above the line, item below it, worth 0 points, worth 100 points).
#: The limits are those of the usual rules of thumb: current assets twice the current liabilities,
#: an equity of 40 % of the balance sheet, 10 % of revenue left as operating profit.
RATIOS = {
    "liquidity": ("current_assets", "current_liabilities", 1.0, 2.0),
    "equity_share": ("equity", "total_assets", 0.10, 0.40),
    "profit_share": ("ebit", "revenue", 0.0, 0.10),
}
ITEMS = ("revenue", "ebit", "equity", "total_assets", "current_assets", "current_liabilities")
#: Days after the end of its period until a statement without recorded_at counts as known.
PUBLISHED_DAYS = 120
_WORDS = {
    "excellent": 4, "very good": 4, "good": 3, "medium": 2, "fair": 2, "average": 2, "weak": 1,
    "poor": 0, "bad": 0, "low risk": 4, "medium risk": 2, "high risk": 0, "default": 0,
    "优": 4, "优秀": 4, "良": 3, "良好": 3, "中": 2, "一般": 2, "差": 0, "较差": 1,
}  # fmt: skip
_LETTERS = re.compile(r"([A-E])\1{0,2}([+-]?)")


def credit_facts(tables, *, as_of: date) -> ir.Table | None:
    """The last credit limit and rating of each customer: customer_id, limit, rating."""
    if not tables.has("credit", "customer_id", "as_of"):
        return None
    rows = up_to(tables["credit"], "as_of", as_of)
    sums = {}
    for name in ("limit", "rating"):
        if name in rows.columns:
            # the last one that is filled in; a limit set once holds until it is set anew
            sums[name] = rows[name].argmax(ibis.ifelse(rows[name].notnull(), rows["as_of"], None))
    return rows.group_by("customer_id").aggregate(**sums) if sums else None


def rating_points(ratings) -> np.ndarray:
    """Points of ratings, 100 the best: letters (AAA to E, with + and -) or usual words.

    Parameters
    ----------
    ratings : array_like of str

    Returns
    -------
    numpy.ndarray
        0 to 100 by place among the levels that occur; NaN where missing, and everywhere when any
        rating is of no known scale or all are alike.
    """
    texts = pd.Series(ratings, dtype=object)
    known = texts[texts.notna()].astype(str).str.strip()
    keys = {text: _rating_key(text) for text in known.unique()}
    levels = sorted({key for key in keys.values() if key is not None})
    found = pd.Series(np.nan, index=texts.index)
    kinds = {type(level[0]) for level in levels}
    if None in keys.values() or len(levels) < 2 or len(kinds) > 1:
        return found.to_numpy()
    place = {level: 100.0 * i / (len(levels) - 1) for i, level in enumerate(levels)}
    found[known.index] = [place[keys[text]] for text in known]
    return found.to_numpy()


def _rating_key(text):
    """Something that sorts from the worst to the best rating of its scale; None: not known."""
    letters = _LETTERS.fullmatch(text.upper())
    if letters:
        first = letters.group(1)
        many = len(text.rstrip("+-"))
        # A before B, then AAA before AA; in C to E more letters say nothing else
        return (str(chr(ord("Z") - ord(first) + ord("A"))), many, {"+": 1, "-": -1}.get(letters.group(2), 0))  # fmt: skip
    word = _WORDS.get(text.lower())
    return None if word is None else (word, 0, 0)


def statement_facts(tables, *, as_of: date) -> ir.Table | None:
    """The last statement of each customer that was known on a day, one column per item.

    Returns customer_id, statement_on (last day of its period) and stated_<item> (money) for the
    items revenue, ebit, equity, total_assets, current_assets, current_liabilities. A statement
    without recorded_at counts as known 120 days after its period.
    """
    if not tables.has("financials", "customer_id", "period", "item", "value"):
        return None
    rows = tables["financials"]
    period = rows.period.cast("date")
    late = ibis.literal(as_of - timedelta(days=PUBLISHED_DAYS)).cast("date")
    known = period <= late
    if "recorded_at" in rows.columns:
        after = ibis.timestamp((as_of + timedelta(days=1)).isoformat())
        known = ibis.ifelse(rows.recorded_at.notnull(), rows.recorded_at < after, known)
    rows = rows.filter(known & (period <= ibis.literal(as_of).cast("date")))
    item = rows.item.lower()
    last = rows.group_by("customer_id").aggregate(statement_on=rows.period.max())
    rows = rows.mutate(item=item).join(last, "customer_id")
    rows = rows.filter(rows.period == rows.statement_on)
    return rows.group_by("customer_id").aggregate(
        statement_on=rows.statement_on.max(),
        **{f"stated_{name}": rows["value"].max(where=rows["item"] == name) for name in ITEMS},
    )


def statement_points(facts: pd.DataFrame) -> pd.DataFrame:
    """Ratios of the last statement and the points they make.

    Parameters
    ----------
    facts : DataFrame
        stated_<item> as `statement_facts` gives them.

    Returns
    -------
    DataFrame
        liquidity, equity_share, profit_share (ratios), statements (mean of their points, 0 to 100,
        linear between the limits of `RATIOS`; NaN without any ratio), in the order of `facts`.
    """
    found = pd.DataFrame(index=facts.index)
    points = []
    for name, (above, below, none, full) in RATIOS.items():
        columns = [f"stated_{item}" for item in (above, below)]
        if not set(columns) <= set(facts):
            found[name] = np.nan
            continue
        top, base = (facts[c].to_numpy(float) for c in columns)
        found[name] = np.divide(top, base, out=np.full(len(facts), np.nan), where=base > 0)
        points.append(np.clip((found[name] - none) / (full - none), 0, 1) * 100)
    found["statements"] = pd.concat(points, axis=1).mean(axis=1) if points else np.nan
    return found
