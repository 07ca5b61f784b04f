"""What the NBD-Dirichlet lets expect of brands, and the model from summary figures of a panel."""

import numpy as np
import pandas as pd
from scipy.optimize import brentq
from scipy.special import gammaln
from scipy.stats import nbinom

from workbook.analysis.dirichlet import LIMIT, Dirichlet

__all__ = ["from_summary", "norm_duplication", "norm_measures", "purchases_of", "repeat_norm"]

TAIL = 1e-9


def from_summary(penetration, per_buyer, shares, penetrations, *, brands=None):
    """The model from the usual summary figures of a panel.

    Parameters
    ----------
    penetration : float
        Share of all households that bought the category.
    per_buyer : float
        Purchases of the category per buyer of it.
    shares, penetrations : array_like
        Of the brands; shares of purchases, penetrations among all households.

    Returns
    -------
    Dirichlet

    Notes
    -----
    K from the mean and the zeros, S per brand from its penetration and then weighted by share
    (Goodhardt, Ehrenberg, Chatfield 1984). No standard errors.

    Examples
    --------
    >>> paste = from_summary(0.56, 2.6, [0.25, 0.19, 0.1, 0.1, 0.09, 0.08, 0.03, 0.02],
    ...                      [0.2, 0.17, 0.09, 0.08, 0.08, 0.07, 0.03, 0.02])
    >>> round(paste.mean, 2), round(paste.exponent, 2), round(paste.strength, 2)
    (1.46, 0.78, 1.55)
    """
    shares, penetrations = np.asarray(shares, float), np.asarray(penetrations, float)
    mean = penetration * per_buyer
    k = float(np.exp(brentq(lambda x: np.exp(x) * np.log1p(mean / np.exp(x)) + np.log(1 - penetration), -LIMIT, LIMIT)))  # fmt: skip
    n, chance = purchases_of(mean, k)
    strengths = []
    for share, reached in zip(shares, penetrations, strict=True):

        def gap(log_s, share=share, reached=reached):
            s = np.exp(log_s)
            return 1 - (chance * _none(n, s, s * share)).sum() - reached

        ends = gap(-6.0), gap(6.0)
        strengths.append(np.exp(brentq(gap, -6.0, 6.0)) if ends[0] * ends[1] < 0 else np.nan)
    strengths = np.array(strengths)
    known = np.isfinite(strengths)
    s = float(np.average(strengths[known], weights=shares[known])) if known.any() else np.nan
    names = list(brands) if brands is not None else [str(i + 1) for i in range(len(shares))]
    rest = max(1 - shares.sum(), 0.0)
    alpha = np.append(shares, rest) * s if rest > 1e-9 else shares * s
    names = [*names, ""] if rest > 1e-9 else names
    return Dirichlet(mean, k, alpha, names, dict.fromkeys(("mean", "exponent", "strength"), np.nan), 0, False)  # fmt: skip


def purchases_of(mean, k):
    """0, 1, 2 ... purchases of the category by a household, and their chances."""
    chance = k / (k + mean)
    top = int(min(nbinom.isf(TAIL, k, chance), 5000)) + 1
    n = np.arange(top + 1)
    return n, nbinom.pmf(n, k, chance)


def _none(n, s, alpha):
    """Chance that none of n purchases is the brand's; alpha may be a column."""
    return np.exp(gammaln(s - alpha + n) - gammaln(s - alpha) + gammaln(s) - gammaln(s + n))


def norm_measures(model, *, length=1.0, purchases=None):
    """What the model says of every brand, in a window `length` times as long as that fitted.

    `purchases` (0, 1, 2 ... and their chances) stands in place of the negative binomial.

    Returns
    -------
    pandas.DataFrame
        The columns of `brand_panel.brand_measures` that are rates: brand, share, penetration (of
        the category's buyers), per_buyer, category_per_buyer, requirements, sole.
    """
    s = model.strength
    alpha = model.alpha[:, None]
    mean = model.mean * length
    n, chance = purchases_of(mean, model.exponent) if purchases is None else purchases
    mean = mean if purchases is None else float((n * chance).sum())
    buys = 1 - chance[0]
    none = np.minimum(_none(n, s, np.minimum(alpha, s * (1 - 1e-12))), 1.0)
    bought = (chance * (1 - none)).sum(axis=1)
    category = (n * chance * (1 - none)).sum(axis=1) / bought
    all_of_it = np.exp(gammaln(alpha + n) - gammaln(alpha) + gammaln(s) - gammaln(s + n))
    sole = (chance * all_of_it)[:, 1:].sum(axis=1) / bought
    share = model.alpha / s
    per_buyer = mean * share / bought
    return pd.DataFrame(
        {"brand": model.brands, "share": share, "penetration": bought / buys, "per_buyer": per_buyer,
         "category_per_buyer": category, "requirements": per_buyer / category, "sole": sole}
    )  # fmt: skip


def norm_duplication(model):
    """Share of a brand's buyers (row) who also buy the other (column), by the model."""
    s, size = model.strength, len(model.alpha)
    n, chance = purchases_of(model.mean, model.exponent)
    first, second = np.triu_indices(size, 1)
    single = 1 - (chance * _none(n, s, model.alpha[:, None])).sum(axis=1)
    pair = np.minimum((model.alpha[first] + model.alpha[second])[:, None], s * (1 - 1e-12))
    either = 1 - (chance * np.minimum(_none(n, s, pair), 1.0)).sum(axis=1)
    both = np.full((size, size), np.nan)
    both[first, second] = both[second, first] = single[first] + single[second] - either
    return pd.DataFrame(both / single[:, None], index=model.brands, columns=model.brands)


def repeat_norm(model):
    """Share of a brand's buyers who buy it again in the next window as long, by the model.

    Buyers of both windows are twice those of one less those of a window twice as long.
    """
    once, twice = norm_measures(model), norm_measures(model, length=2.0)
    k, m = model.exponent, model.mean
    buys, buys2 = (1 - (1 + m * x / k) ** -k for x in (1.0, 2.0))
    single = once["penetration"] * buys
    return pd.DataFrame({"brand": model.brands, "repeat": (2 * single - twice["penetration"] * buys2) / single})  # fmt: skip
