"""Ratings and statements of business customers, as points a reader can follow."""

import re
from datetime import date

import ibis
import numpy as np
import pandas as pd

__all__ = ["RATIOS", "last_statements", "rating_points", "read_statements", "statement_points"]

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


def read_statements(tables) -> pd.DataFrame | None:
    """The figures of statements in the items that are used; None without the table.

    Returns customer_id, period, item, value (money), known_on: the day it was recorded, else 120 days
    after its period.
    """
    if not tables.has("financials", "customer_id", "period", "item", "value"):
        return None
    rows = tables["financials"]
    rows = rows.mutate(item=rows.item.lower())
    rows = rows.filter(rows.item.isin(ITEMS) & rows.customer_id.notnull())
    recorded = rows.recorded_at if "recorded_at" in rows.columns else ibis.null("timestamp")
    rows = rows.select("customer_id", "period", "item", "value", known_on=recorded)
    frame = rows.order_by("customer_id", "period", "item", "value").to_pandas()
    period = pd.to_datetime(frame["period"])
    known = pd.to_datetime(frame["known_on"]).fillna(period + pd.Timedelta(days=PUBLISHED_DAYS))
    return frame.assign(period=period, known_on=known)


def last_statements(statements: pd.DataFrame, *, as_of: date) -> pd.DataFrame:
    """The last statement of each customer that was known on a day.

    Returns index customer_id, statement_on (last day of its period), stated_<item> (money) for
    revenue, ebit, equity, total_assets, current_assets, current_liabilities.
    """
    rows = statements[statements["known_on"] < pd.Timestamp(as_of) + pd.Timedelta(days=1)]
    last = rows.groupby("customer_id")["period"].transform("max")
    rows = rows[rows["period"] == last]
    table = rows.pivot_table(index="customer_id", columns="item", values="value", aggfunc="last")
    table = table.reindex(columns=list(ITEMS)).add_prefix("stated_")
    return table.assign(statement_on=rows.groupby("customer_id")["period"].max())


def statement_points(facts: pd.DataFrame) -> pd.DataFrame:
    """Ratios of the last statement and the points they make.

    Parameters
    ----------
    facts : DataFrame
        stated_<item> as `last_statements` gives them.

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
