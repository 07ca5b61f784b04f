"""Recency, frequency and money: scores, named segments, what each segment brought."""

import numpy as np
import pandas as pd

from workbook.analysis.intervals import customer_draws, interval

__all__ = ["DIMENSIONS", "SEGMENT_CODES", "half_cuts", "rfm_scores", "score_bands", "segment_value"]

#: Recency, frequency, money high (1) or low (0): the whole grid, most valuable first.
SEGMENT_CODES = ("111", "101", "011", "001", "110", "100", "010", "000")

#: Score column -> the column it is cut on.
DIMENSIONS = {"r": "days_since", "f": "purchase_days", "m": "amount"}

MONEY = ("gross_amount", "returns_amount", "net_amount")


def _better(column, values):
    """Values turned so that more is better: few days since the last purchase are good."""
    return -values if column == "days_since" else values


def rfm_scores(summary, *, money="gross", bins=5):
    """Score and segment of every customer with a purchase.

    Parameters
    ----------
    summary : pandas.DataFrame
        One row per customer, as `customers.customer_summary` gives it: customer_id,
        purchase_days, recency_days (first to last purchase), T_days (first purchase to the
        cut), gross_amount, returns_amount, net_amount (only that of `money` is needed).
    money : {"gross", "net"}
        The money that is scored, summed over all purchases up to the cut.
    bins : int
        Scores per dimension, 2 to 9.

    Returns
    -------
    pandas.DataFrame
        By customer_id; days_since (days from the last purchase to the cut), purchase_days,
        amount; r, f, m (1 to `bins`, more is better); cell ("r-f-m"); segment (R, F and M
        high or low, "111" to "000"); the sums of money that the summary has.

    Raises
    ------
    ValueError
        When `money` or `bins` is outside its choices.

    Notes
    -----
    Cut points are customer quantiles (inverse of the empirical distribution, so each is a value
    that occurs); a score is one more than the cut points that a customer exceeds. Equal
    customers therefore get equal scores, and a score which a large group of equals jumps over
    is reached by nobody. The segments' halves are those of `half_cuts`.
    """
    if money not in ("gross", "net"):
        raise ValueError(f"money is {money!r}; choose gross or net")
    if not 2 <= bins <= 9:
        raise ValueError(f"bins is {bins}; choose 2 to 9")
    # by id: whatever is drawn at random later must not depend on the order of the rows
    bought = summary[summary["purchase_days"] > 0]
    if not bought["customer_id"].is_monotonic_increasing:
        bought = bought.sort_values("customer_id")
    scores = pd.DataFrame({"customer_id": bought["customer_id"].to_numpy()})
    scores["days_since"] = (bought["T_days"] - bought["recency_days"]).to_numpy()
    scores["purchase_days"] = bought["purchase_days"].to_numpy()
    scores["amount"] = bought[f"{money}_amount"].to_numpy(float)
    for score, column in DIMENSIONS.items():
        values = _better(column, scores[column].to_numpy(float))
        shares = np.arange(1, bins) / bins
        cuts = np.quantile(values, shares, method="inverted_cdf") if len(values) else []
        scores[score] = 1 + np.searchsorted(cuts, values, side="left")
    # names are looked up by number: putting strings together per customer takes seconds a million
    steps = range(1, bins + 1)
    cells = np.array([f"{r}-{f}-{m}" for r in steps for f in steps for m in steps], dtype=object)
    r, f, m = (scores[score].to_numpy() - 1 for score in DIMENSIONS)
    scores["cell"] = cells[(r * bins + f) * bins + m]
    segments = np.array([f"{i:03b}" for i in range(8)], dtype=object)
    r, f, m = (_is_high(scores, row).to_numpy(int) for row in half_cuts(scores).itertuples())
    scores["segment"] = segments[4 * r + 2 * f + m]
    for column in bought.columns.intersection(MONEY):
        scores[column] = bought[column].to_numpy(float)
    return scores


def half_cuts(scores):
    """The rule that calls a dimension high: the cut nearest to half that splits no equals.

    Parameters
    ----------
    scores : pandas.DataFrame
        days_since (days), purchase_days, amount (money), one row per customer.

    Returns
    -------
    pandas.DataFrame
        dimension (r, f, m); cut (high from this value on; for r: up to this many days);
        high_share (share of customers, 0 to 1); splits (False where all customers are equal).

    Notes
    -----
    Customers who are all equal cannot be split: they count as high in recency, as low in money,
    and as high in frequency from two purchase days on.
    """
    rows = []
    for dimension, column in DIMENSIONS.items():
        values = _better(column, scores[column].to_numpy(float))
        levels, counts = np.unique(values, return_counts=True)
        if len(levels) > 1:
            share = counts[::-1].cumsum()[::-1][1:] / len(values)
            best = int(np.argmin(np.abs(share - 0.5)))
            cut, part = levels[best + 1], share[best]
        else:
            level = levels[0] if len(levels) else np.nan
            high = dimension == "r" or (dimension == "f" and level >= 2)
            cut, part = (level if high else np.inf), float(high and len(levels) > 0)
        rows.append((dimension, abs(cut), part, len(levels) > 1))
    return pd.DataFrame(rows, columns=["dimension", "cut", "high_share", "splits"])


def _is_high(scores, row):
    values = scores[DIMENSIONS[row.dimension]]
    return values <= row.cut if row.dimension == "r" else values >= row.cut


def score_bands(scores, *, bins=5):
    """What each score stands for, with the scores that nobody can reach.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `rfm_scores` gives it.
    bins : int
        The number of scores it was made with.

    Returns
    -------
    pandas.DataFrame
        dimension (r, f, m), score, lowest and highest (days, purchase days, money; missing
        where nobody has the score), customers, share (0 to 1), reached.
    """
    rows = []
    for dimension, column in DIMENSIONS.items():
        bands = scores.groupby(dimension)[column].agg(["min", "max", "size"])
        bands = bands.reindex(range(1, bins + 1))
        for score, low, high, size in bands.itertuples():
            count = 0 if np.isnan(size) else int(size)
            rows.append((dimension, score, low, high, count, count / max(len(scores), 1)))
    columns = ["dimension", "score", "lowest", "highest", "customers", "share"]
    return pd.DataFrame(rows, columns=columns).assign(reached=lambda t: t["customers"] > 0)


def segment_value(scores, *, confidence=0.95, draws=1000, seed=0):
    """What every segment of the grid brought up to the cut, gross and net of returns.

    Parameters
    ----------
    scores : pandas.DataFrame
        As `rfm_scores` gives it.
    confidence : float
    draws, seed : int
        Of the bootstrap by customer.

    Returns
    -------
    pandas.DataFrame
        One row per code of `SEGMENT_CODES`: segment, customers, customer_share, gross, returns,
        net (money), gross_share with share_low, share_high, gross_mean with mean_low,
        mean_high (money per customer), net_mean, days_since and purchase_days (medians).
        Segments nobody belongs to have 0 customers.
    """
    grouped = scores.groupby("segment")
    table = grouped[list(MONEY)].sum().reindex(list(SEGMENT_CODES), fill_value=0.0)
    table.columns = ["gross", "returns", "net"]
    table.insert(0, "customers", grouped.size().reindex(table.index, fill_value=0))
    table.insert(1, "customer_share", table["customers"] / max(len(scores), 1))
    total = table["gross"].sum()
    table["gross_share"] = table["gross"] / total if total > 0 else 0.0
    table["gross_mean"] = table["gross"] / table["customers"].where(table["customers"] > 0)
    table["net_mean"] = table["net"] / table["customers"].where(table["customers"] > 0)
    if len(scores):
        drawn = customer_draws(
            scores[["gross_amount"]], scores["segment"], draws=draws, seed=seed
        ).reindex(columns=[(q, s) for q in ("gross_amount", "customers") for s in table.index])
        gross, count = drawn["gross_amount"], drawn["customers"]
        whole = gross.sum(axis=1).where(lambda t: t > 0)
        table["share_low"], table["share_high"] = interval(
            gross.div(whole, axis=0), confidence=confidence
        )
        table["mean_low"], table["mean_high"] = interval(
            gross / count.where(count > 0), confidence=confidence
        )
    else:
        table[["share_low", "share_high", "mean_low", "mean_high"]] = np.nan
    for column in ("days_since", "purchase_days"):
        table[column] = grouped[column].median().reindex(table.index)
    return table.rename_axis("segment").reset_index()
