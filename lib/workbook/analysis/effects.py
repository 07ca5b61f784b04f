"""How an effect on leaving changes: with age, and along the values of a number."""

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbook.analysis.covariates import Design, spline
from workbook.analysis.hazards import cox

__all__ = ["VERDICTS", "effect_along", "effect_over_time", "time_verdicts"]

VERDICTS = {
    "steady": "the effect is about the same at every age",
    "fades": "the effect gets weaker with age: read it by period",
    "grows": "the effect gets stronger with age: read it by period",
    "reverses": "the effect changes sides with age: one number for it would mislead",
    "unclear": "too few ended contracts to tell whether the effect changes with age",
}

# A change of the hazard ratio by less than this factor does not matter to a decision.
FACTOR = 1.5
PERIOD_EVENTS = 30


def effect_over_time(rows, design, *, breaks=None, periods=3, strata=None, confidence=0.95):
    """Hazard ratios period by period: the effect with a step at each break.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended.
    design : Design
    breaks : sequence of float, optional
        Ages between periods; by default such that each period holds as many ends.
    periods : int
    strata : str, optional
        As for `hazards.cox`.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        term, step, from_month, to_month, ended, coef, se, hazard_ratio, low, high; NaN in periods with
        fewer than 30 ends.
    """
    entry = rows["entry"] if "entry" in rows else pd.Series(0.0, index=rows.index)
    ends = rows.loc[rows["ended"].astype(bool), "duration"]
    columns = ["term", "step", "from_month", "to_month", "ended"]
    columns += ["coef", "se", "hazard_ratio", "low", "high"]
    if not len(ends) or not len(design.terms):
        return pd.DataFrame(columns=columns)
    if breaks is None:
        breaks = np.unique(np.quantile(ends, np.arange(1, periods) / periods))
    edges = [0.0, *[b for b in breaks if 0 < b < rows["duration"].max()], rows["duration"].max()]
    parts = []
    for low, high in zip(edges[:-1], edges[1:], strict=True):
        inside = (rows["duration"] > low) & (entry < high)
        part = rows[inside].assign(
            entry=np.maximum(entry[inside], low),
            duration=np.minimum(rows.loc[inside, "duration"], high),
            ended=rows.loc[inside, "ended"].astype(bool) & (rows.loc[inside, "duration"] <= high),
        )
        own = Design(design.frame[inside], design.terms, design.notes)
        fit = cox(part, own, strata=strata, confidence=confidence)
        table = fit.table.reindex(range(len(design.terms)))[columns[5:]]
        if fit.ended < PERIOD_EVENTS or fit.message:
            table = table * np.nan
        table = table.assign(**design.terms[["term", "step"]], from_month=low, to_month=high)
        parts.append(table.assign(ended=fit.ended)[columns])
    return pd.concat(parts, ignore_index=True)


def time_verdicts(table):
    """What the effect does with age, judged by its size and not by a p-value.

    Parameters
    ----------
    table : pandas.DataFrame
        Of `effect_over_time`.

    Returns
    -------
    pandas.DataFrame
        term, verdict (a key of ``VERDICTS``), factor (last hazard ratio by the first, per step),
        low, high (95 % interval of the factor).
    """
    found = []
    for term, part in table.groupby("term", sort=False):
        part = part.dropna(subset=["coef"])
        if len(part) < 2:
            found.append((term, "unclear", np.nan, np.nan, np.nan))
            continue
        first, last = (part["coef"] * part["step"]).iloc[[0, -1]]
        se = float(np.hypot(part["se"].iloc[0], part["se"].iloc[-1])) * part["step"].iloc[0]
        change, half = last - first, norm.ppf(0.975) * se
        if abs(change) < np.log(FACTOR) or abs(change) < half:
            verdict = "steady" if half < 2 * np.log(FACTOR) else "unclear"
        elif first * last < 0 and min(abs(first), abs(last)) > np.log(FACTOR) / 2:
            verdict = "reverses"
        else:
            verdict = "fades" if abs(last) < abs(first) else "grows"
        low, high = np.exp([change - half, change + half])
        found.append((term, verdict, float(np.exp(change)), low, high))
    return pd.DataFrame(found, columns=["term", "verdict", "factor", "low", "high"])


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
