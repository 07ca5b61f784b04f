"""Brands against the Dirichlet norm: which differ from what their size lets expect by more than chance."""

from dataclasses import replace

import numpy as np
import pandas as pd
from scipy.stats import norm
from scipy.stats import t as student

from workbook.analysis.brand_panel import brand_measures, duplication
from workbook.analysis.dirichlet import choice_strength
from workbook.analysis.dirichlet_norm import norm_duplication, norm_measures
from workbook.analysis.group_survival import holm

__all__ = ["MEASURES", "FEWEST", "brand_norm", "partitions", "simulated_counts"]

MEASURES = ("penetration", "per_buyer", "requirements", "sole")
FEWEST = 30  # buyers of a brand; below that it is named, not judged
MOST_SIMULATED = 2000


def simulated_counts(model, bought, rng):
    """What households choose that buy the category so often, as the model says.

    Parameters
    ----------
    model : Dirichlet
    bought : numpy.ndarray of int
        Purchases of the category per household.
    rng : numpy.random.Generator

    Returns
    -------
    numpy.ndarray
        Shape (households, brands).
    """
    taste = rng.standard_gamma(model.alpha, (len(bought), len(model.alpha)))
    total = taste.sum(axis=1)
    lost = ~(total > 0)  # where all are nearly zero one brand has all
    if lost.any():
        one = rng.choice(len(model.alpha), lost.sum(), p=model.alpha / model.strength)
        taste[lost], total[lost] = np.eye(len(model.alpha))[one], 1.0
    return rng.multinomial(bought, taste / total[:, None])


def _seen(matrix, bought):
    """The measures of `MEASURES` as brands x measures."""
    mine = matrix > 0
    buyers, purchases = mine.sum(axis=0), matrix.sum(axis=0)
    with np.errstate(all="ignore"):
        per_buyer, category = purchases / buyers, bought @ mine / buyers
        sole = (mine & (matrix == bought[:, None])).sum(axis=0) / buyers
    return np.column_stack([buyers / len(matrix), per_buyer, per_buyer / category, sole])


def _spread(bought):
    """Purchases of the category among its buyers: 0, 1, 2 ... and how many of them buy so often."""
    counts = np.bincount(bought)
    return np.arange(len(counts)), counts / len(bought)


def brand_norm(counts, model, *, draws=60, confidence=0.95, seed=0):
    """Every brand's measures beside the norm, with the range that chance leaves.

    Parameters
    ----------
    counts : pandas.DataFrame
        Households x brands.
    model : Dirichlet
        Fitted to them.
    draws : int
        Panels simulated from the model, each fitted again.
    confidence : float
    seed : int

    Returns
    -------
    pandas.DataFrame
        brand, buyers, enough, share, and per measure of `MEASURES` m: m (observed), m_norm, m_low
        and m_high (where it would lie by chance), m_p (Holm over brands and the measures per_buyer
        and sole; missing for small brands).

    Notes
    -----
    The norm is the Dirichlet's at the brand's own share, and at how often households buy the category
    as observed, so that it judges the choice of brands alone. Chance: parametric bootstrap of observed
    less norm, S and shares estimated again in each draw; beyond 2,000 households that many are
    simulated and the errors scaled down with the root of the number.
    """
    matrix = counts[model.brands].to_numpy(np.int64)
    bought = matrix.sum(axis=1)
    seen = brand_measures(counts[model.brands]).set_index("brand")
    rule = norm_measures(model, purchases=_spread(bought)).set_index("brand")
    rng = np.random.default_rng(seed)
    part = bought if len(bought) <= MOST_SIMULATED else rng.choice(bought, MOST_SIMULATED)
    spread, buyers = _spread(part), len(part)
    gaps = []
    for _ in range(draws):
        drawn = simulated_counts(model, part, rng)
        shares = drawn.sum(axis=0) / drawn.sum()
        if not (shares > 0).all():
            continue
        strength, _error = choice_strength(drawn, part)
        again = replace(model, alpha=strength * shares)
        there = norm_measures(again, purchases=spread)[list(MEASURES)].to_numpy()
        gaps.append(_seen(drawn, part) - there)
    table = pd.DataFrame({"brand": model.brands, "buyers": seen["buyers"].to_numpy(), "share": seen["share"].to_numpy()})  # fmt: skip
    table["enough"] = table["buyers"] >= FEWEST
    if len(gaps) < max(draws // 2, 2):
        errors = np.full((len(table), len(MEASURES)), np.nan)
    else:
        errors = np.nanstd(gaps, axis=0, ddof=1) * np.sqrt(buyers / len(bought))
    free = max(len(gaps) - 1, 1)
    half = student.ppf(0.5 + confidence / 2, free)
    for place, name in enumerate(MEASURES):
        table[name], table[f"{name}_norm"] = seen[name].to_numpy(), rule[name].to_numpy()
        table[f"{name}_low"] = table[f"{name}_norm"] - half * errors[:, place]
        table[f"{name}_high"] = table[f"{name}_norm"] + half * errors[:, place]
    judged = {}
    for name in ("per_buyer", "sole"):
        with np.errstate(all="ignore"):
            z = (table[name] - table[f"{name}_norm"]) / errors[:, MEASURES.index(name)]
        judged[name] = np.where(table["enough"], 2 * norm.sf(np.abs(z)), np.nan)
    adjusted = holm(np.concatenate(list(judged.values()))).reshape(len(judged), -1)
    for place, name in enumerate(judged):
        table[f"{name}_p"] = adjusted[place]
    return table


def partitions(counts, model, *, level=0.01):
    """Pairs of brands that share far more or fewer buyers than the norm lets expect.

    Returns
    -------
    pandas.DataFrame
        brand, other (larger first), shared (buyers of both), expected (by the norm), ratio, p (Holm
        over the pairs); pairs below `level` only, the strongest first.

    Notes
    -----
    Chance: shared buyers as Poisson, normal approximation; pairs that are expected to share fewer
    than 10 are not judged.
    """
    columns = ["brand", "other", "shared", "expected", "ratio", "p"]
    seen, _ = duplication(counts[model.brands])
    rule = norm_duplication(model)
    buyers = (counts[model.brands] > 0).sum().to_numpy(float)
    rows = []
    for i, j in zip(*np.triu_indices(len(model.brands), 1), strict=True):
        shared, expected = seen.iloc[i, j] * buyers[i], (rule.iloc[i, j] * buyers[i] + rule.iloc[j, i] * buyers[j]) / 2  # fmt: skip
        if expected >= 10:
            p = 2 * norm.sf(abs(shared - expected) / np.sqrt(expected))
            rows.append((model.brands[i], model.brands[j], round(shared), expected, shared / expected, p))  # fmt: skip
    table = pd.DataFrame(rows, columns=columns).sort_values("p", kind="stable", ignore_index=True)
    table["p"] = holm(table["p"])
    return table[table["p"] < level].reset_index(drop=True)
