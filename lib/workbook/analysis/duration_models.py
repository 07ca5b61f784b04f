"""Shapes of leaving over age: pace by period in closed form, and models of the duration itself."""

import numpy as np
import pandas as pd
from scipy.special import xlogy
from scipy.stats import chi2, norm

from workbook.analysis.accelerated import SHAPES, accelerated_fit
from workbook.analysis.exposure import exposure_by_age

__all__ = ["accelerated_failure", "pace_by_period"]


def pace_by_period(rows, breaks, *, confidence=0.95):
    """Ends per month in each period of age: the piecewise exponential model in closed form.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended, optionally n.
    breaks : sequence of float
        Ages between periods, ascending, above 0; the last period is open.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        from_month, to_month (infinite at last), ended, months_watched, pace (share of those
        there that leaves in a month), low, high, survival (at the period's end; NaN for the open
        one). ``attrs["loglik"]`` holds the log-likelihood, which no search can exceed.

    Notes
    -----
    Maximum likelihood is ends / months watched; exact Poisson interval (Garwood 1936).
    """
    breaks = np.asarray(breaks, dtype=float)
    edges = np.concatenate([[0.0], breaks, [np.inf]])
    duration = rows["duration"].to_numpy(dtype=float)
    entry = rows["entry"].to_numpy(dtype=float) if "entry" in rows else np.zeros(len(rows))
    weights = rows["n"].to_numpy(dtype=float) if "n" in rows else np.ones(len(rows))
    top = max(float(duration.max(initial=0.0)), breaks.max(initial=0.0)) + 1.0
    finite = np.append(edges[:-1], top)
    watched = duration > entry
    entry, duration, weights = entry[watched], duration[watched], weights[watched]
    months = exposure_by_age(entry, duration, finite, weights)
    ended = rows["ended"].to_numpy(dtype=bool)[watched]
    # An end at exactly a break belongs to the period before it, as its time at risk does.
    place = np.searchsorted(breaks, duration[ended], side="left")
    ends = np.bincount(place, weights[ended], minlength=len(months))
    with np.errstate(divide="ignore", invalid="ignore"):
        pace = ends / months
        low = np.where(ends > 0, chi2.ppf(0.5 - confidence / 2, 2 * ends), 0.0) / (2 * months)
        high = chi2.ppf(0.5 + confidence / 2, 2 * ends + 2) / (2 * months)
    table = pd.DataFrame(
        {
            "from_month": edges[:-1],
            "to_month": edges[1:],
            "ended": ends,
            "months_watched": months,
            "pace": pace,
            "low": low,
            "high": high,
        }
    )
    table.loc[months <= 0, ["pace", "low", "high"]] = np.nan
    hazard = np.cumsum(pace[:-1] * np.diff(edges[:-1]))
    table["survival"] = np.append(np.exp(-hazard), np.nan)
    table.attrs["loglik"] = float(np.sum(xlogy(ends, np.where(ends > 0, pace, 1.0)) - ends))
    return table


def accelerated_failure(rows, design, *, confidence=0.95, most_rows=20_000, seed=0):
    """Models of the duration itself, compared by AIC.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended.
    design : Design
        Of `covariates.design_matrix`; without terms only the shape is fitted.
    confidence : float
    most_rows : int
        Above that many rows a random sample of them is used; ``n`` says how many.
    seed : int

    Returns
    -------
    models : pandas.DataFrame
        model, aic, loglik, n, ended; best first. Models that could not be fitted are missing.
    ratios : pandas.DataFrame
        Of the best one: term, time_ratio (2.0: stays twice as long), low, high, p.

    Notes
    -----
    By `accelerated.accelerated_fit`, with entry times; Kalbfleisch, Prentice (2002), chapter 2.
    """
    table = design.frame.assign(
        duration=rows["duration"].to_numpy(dtype=float),
        ended=rows["ended"].to_numpy(dtype=bool),
        entry=rows["entry"].to_numpy(dtype=float) if "entry" in rows else 0.0,
    )
    table = table[table["duration"] > table["entry"]]
    if len(table) > most_rows:
        table = table.sample(most_rows, random_state=seed)
    ended = int(table["ended"].sum())
    terms = list(design.frame.columns)
    models, fits = [], {}
    # Ends at one or two ages only have no shape to fit.
    ages = table.loc[table["ended"], "duration"].nunique()
    duration, happened, entry = (table[n].to_numpy() for n in ("duration", "ended", "entry"))
    columns = table[terms].to_numpy(dtype=float)
    for model in SHAPES if ended > len(terms) + 2 and ages > 2 else []:
        fit = accelerated_fit(columns, duration, happened, entry, shape=model)
        if fit is not None:
            fits[model] = fit
            models.append((model, fit.aic, fit.loglik, len(table), ended))
    models = pd.DataFrame(models, columns=["model", "aic", "loglik", "n", "ended"])
    models = models.sort_values("aic", ignore_index=True)
    columns = ["term", "time_ratio", "low", "high", "p"]
    if not len(models) or not terms:
        return models, pd.DataFrame(columns=columns)
    best = fits[models["model"].iloc[0]]
    half = norm.ppf(0.5 + confidence / 2) * best.error
    ratios = {
        "term": terms,
        "time_ratio": np.exp(best.coef),
        "low": np.exp(best.coef - half),
        "high": np.exp(best.coef + half),
        "p": 2 * norm.sf(np.abs(best.coef / best.error)),
    }
    return models, pd.DataFrame(ratios, columns=columns)
