"""The effect of a number on leaving along its values."""

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbook.analysis.covariates import Design, spline
from workbook.analysis.hazards import cox

__all__ = ["effect_along", "effects_per_step"]

_EFFECTS = ["term", "column", "level", "reference", "step", "ratio", "low", "high", "p_holm"]


def effect_along(rows, design, term, *, points=9, strata=None, confidence=0.95):
    """The effect of a number along its values, without assuming a straight line.

    Parameters
    ----------
    rows : pandas.DataFrame
    design : Design
    term : str
        A number in ``design``.
    points : int
    strata : str, optional
        As for `hazards.cox`.
    confidence : float

    Returns
    -------
    table : pandas.DataFrame
        value, hazard_ratio, low, high against the median; without rows when the values are too
        few for a curve.
    p_curved : float
        Likelihood ratio test of the curve against a straight line; NaN without a curve.

    Notes
    -----
    Restricted cubic spline, knots at the 5, 35, 65 and 95 % quantiles (Harrell 2015).
    """
    values = design.frame[term].to_numpy()
    knots = np.unique(np.quantile(values, [0.05, 0.35, 0.65, 0.95]))
    nothing = pd.DataFrame(columns=["value", "hazard_ratio", "low", "high"])
    if len(knots) < 3:
        return nothing, np.nan
    bent = spline(values, knots)
    names = [f"{term}, curve {place + 1}" for place in range(bent.shape[1])]
    frame = design.frame.assign(**dict(zip(names, bent.T, strict=True)))
    extra = pd.DataFrame({"term": names, "column": term, "level": None, "reference": None})
    extra["sd"] = extra["step"] = bent.std(axis=0)
    wider = Design(frame, pd.concat([design.terms, extra], ignore_index=True), design.notes)
    straight = cox(rows, design, strata=strata)
    curved = cox(rows, wider, strata=strata)
    if straight.message or curved.message:
        return nothing, np.nan
    p = float(chi2.sf(max(2 * (curved.loglik - straight.loglik), 0.0), bent.shape[1]))
    shown = np.unique(np.quantile(values, np.linspace(0.05, 0.95, points)))
    middle = float(np.median(values))
    basis = np.column_stack([shown - middle, spline(shown, knots) - spline([middle], knots)])
    place = [list(wider.frame.columns).index(name) for name in [term, *names]]
    line = basis @ curved.table["coef"].to_numpy()[place]
    se = np.sqrt(np.einsum("ij,jk,ik->i", basis, curved.covariance[np.ix_(place, place)], basis))
    z = norm.ppf(0.5 + confidence / 2)
    return pd.DataFrame(
        {
            "value": shown,
            "hazard_ratio": np.exp(line),
            "low": np.exp(line - z * se),
            "high": np.exp(line + z * se),
        }
    ), p


def effects_per_step(fit, design, ratio):
    """Ratios and limits for the usual difference of each trait; none where the model is unusable.

    Parameters
    ----------
    fit : hazards.HazardFit or leaving_odds.OddsFit
    design : Design
    ratio : str
        Column of ``fit.table`` that holds the ratio per unit.

    Returns
    -------
    pandas.DataFrame
        term, column, level, reference, step, ratio, low, high, p_holm; points where the fit has it.
    """
    if fit.message:
        return pd.DataFrame(columns=_EFFECTS)
    table = fit.table.assign(step=design.terms["step"].to_numpy(), ratio=fit.table[ratio])
    for column in ("ratio", "low", "high"):
        table[column] = table[column] ** table["step"]
    return table[_EFFECTS + (["points"] if "points" in table else [])]
