"""Attitudes from Likert items: do the items measure anything, what, and who holds it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import f as f_distribution
from sklearn.decomposition import FactorAnalysis

__all__ = ["Attitudes", "attitude_answers", "attitude_factors", "cronbach_alpha"]

RELIABLE = 0.7
SHUFFLED = 50_000  # answers, at most


@dataclass(frozen=True)
class Attitudes:
    """Factors behind a set of items.

    Attributes
    ----------
    factors : pandas.DataFrame
        factor (1, 2, ...), items (list of item names, strongest first), alpha with low, high
        (95 %), reliable (alpha of at least 0.7).
    loadings : pandas.DataFrame
        Index item; one column per factor.
    scores : pandas.DataFrame
        Index customer_id; factor scores (mean 0), only of reliable factors.
    answered : int
        Customers with an answer to every item; the others are left out.
    """

    factors: pd.DataFrame
    loadings: pd.DataFrame
    scores: pd.DataFrame
    answered: int


def attitude_answers(customers):
    """The attitude items of the customers table.

    Parameters
    ----------
    customers : pandas.DataFrame, or None
        customer_id and the columns attitude_*.

    Returns
    -------
    pandas.DataFrame
        Index customer_id; one column per item, none without items.
    """
    if customers is None:
        return pd.DataFrame()
    table = customers.drop_duplicates("customer_id").set_index("customer_id")
    return table[[c for c in table if c.startswith("attitude_")]]


def cronbach_alpha(items, *, confidence=0.95):
    """Reliability of a sum of items.

    Parameters
    ----------
    items : pandas.DataFrame
        One row per respondent, one column per item, no missing answer.
    confidence : float

    Returns
    -------
    alpha, low, high : float
        Missing with fewer than two items or answers, or where no answer varies.

    Notes
    -----
    Cronbach (1951); interval by Feldt (1965).

    Examples
    --------
    >>> cronbach_alpha(pd.DataFrame({"a": [1, 2, 3, 4], "b": [1, 2, 3, 4]}))[0]
    1.0
    """
    n, k = items.shape
    total = items.sum(axis=1).var()
    if k < 2 or n < 2 or not total > 0:
        return np.nan, np.nan, np.nan
    alpha = k / (k - 1) * (1 - items.var().sum() / total)
    upper, lower = f_distribution.ppf([0.5 + confidence / 2, 0.5 - confidence / 2], n - 1,
                                      (n - 1) * (k - 1))  # fmt: skip
    return float(alpha), float(1 - (1 - alpha) * upper), float(1 - (1 - alpha) * lower)


def attitude_factors(answers, *, least=100, seed=0):
    """The attitudes behind the items, with their reliability and every customer's scores.

    Parameters
    ----------
    answers : pandas.DataFrame
        Index customer_id; one numeric column per item.
    least : int
        Complete answers needed.
    seed : int

    Returns
    -------
    Attitudes, or None
        None with fewer than three items that vary, fewer complete answers than `least`, or no
        factor beyond chance.

    Notes
    -----
    The number of factors is that of eigenvalues of the correlation matrix above the 95th
    percentile of those of shuffled answers (parallel analysis, Horn 1965; of more than 50,000
    answers so many, drawn at random, are shuffled, which asks a little more of a factor). Factors by maximum
    likelihood with varimax rotation. An item belongs to the factor on which it loads most and
    is turned round in alpha where its loading is negative.
    """
    if answers.shape[1] < 3:
        return None
    table = answers.apply(pd.to_numeric, errors="coerce").dropna()
    table = table[[c for c in table if table[c].nunique() > 1]]
    if table.shape[1] < 3 or len(table) < least:
        return None
    scaled = (table - table.mean()) / table.std(ddof=0)
    count = _factor_count(scaled.to_numpy(), np.random.default_rng(seed))
    if count == 0:
        return None
    model = FactorAnalysis(count, rotation="varimax" if count > 1 else None, svd_method="lapack")
    scores = model.fit_transform(scaled)
    loadings = model.components_.T
    # the sign of a factor is arbitrary: most of its items shall point upwards
    sign = np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    names = [str(i + 1) for i in range(count)]
    loadings = pd.DataFrame(loadings * sign, index=table.columns, columns=names)
    home = loadings.abs().idxmax(axis=1)
    rows = []
    for name in names:
        own = loadings.loc[home == name, name]
        own = own.reindex(own.abs().sort_values(ascending=False).index)
        alpha = cronbach_alpha(scaled[own.index] * np.sign(own))
        rows.append((name, list(own.index), *alpha, bool(alpha[0] >= RELIABLE)))
    factors = pd.DataFrame(rows, columns=["factor", "items", "alpha", "low", "high", "reliable"])
    scores = pd.DataFrame(scores * sign, index=table.index, columns=names)
    kept = scores[factors.loc[factors["reliable"], "factor"].tolist()]
    return Attitudes(factors, loadings, kept, len(table))


def _factor_count(scaled, rng, shuffles=50):
    own = np.sort(np.linalg.eigvalsh(np.corrcoef(scaled.T)))[::-1]
    if len(scaled) > SHUFFLED:
        scaled = scaled[rng.choice(len(scaled), SHUFFLED, replace=False)]
    chance = np.array(
        [
            np.sort(np.linalg.eigvalsh(np.corrcoef(rng.permuted(scaled, axis=0).T)))[::-1]
            for _ in range(shuffles)
        ]
    )
    above = own > np.quantile(chance, 0.95, axis=0)
    # two items at least must share a factor
    return int(min(above.argmin() if not above.all() else len(own), len(own) // 2))
