"""Whether effects on leaving stay the same with age: the check, and the effect by period."""

import numpy as np
import pandas as pd
from scipy.stats import chi2, norm

from workbook.analysis.covariates import Design
from workbook.analysis.group_survival import holm
from workbook.analysis.hazards import cox, risk_sets
from workbook.analysis.partial_likelihood import residuals

__all__ = ["VERDICTS", "effect_over_time", "proportionality", "time_verdicts"]

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


def proportionality(rows, design, fit, *, strata=None):
    """Schoenfeld's check: do the effects change with age?

    Returns
    -------
    pandas.DataFrame
        term, correlation (of the scaled residuals with the rank of age), p, p_holm. With many
        ends a tiny change has a small p: look at `effect_over_time` before judging.

    Notes
    -----
    Grambsch, Therneau (1994), ages as ranks.
    """
    columns = ["term", "correlation", "p", "p_holm"]
    if not len(fit.table) or fit.ended < 3:
        return pd.DataFrame(columns=columns)
    sets = risk_sets(rows, strata)
    x = design.frame.to_numpy(dtype=float) - fit.means
    raw, months, _ = residuals(x, sets, fit.table["coef"].to_numpy())
    variance = fit.covariance
    ranks = pd.Series(months).rank().to_numpy()
    time = ranks - ranks.mean()
    scaled = fit.ended * raw @ variance
    spread = fit.ended * np.diag(variance) * (time @ time)
    with np.errstate(divide="ignore", invalid="ignore"):
        statistic = (time @ scaled) ** 2 / spread
        size = np.sqrt((time @ time) * (scaled**2).sum(axis=0))
        correlation = np.where(size > 0, (time @ scaled) / size, np.nan)
    p = np.where(np.isfinite(statistic), chi2.sf(statistic, 1), np.nan)
    return pd.DataFrame(
        {"term": fit.table["term"], "correlation": correlation, "p": p, "p_holm": holm(p)}
    )
