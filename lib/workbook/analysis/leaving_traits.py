"""Which traits go with leaving: the model chosen by what the checks allow."""

from dataclasses import dataclass

import pandas as pd

from workbook.analysis.covariates import Design, design_matrix
from workbook.analysis.duration_models import accelerated_failure
from workbook.analysis.effects import effect_along, effects_per_step
from workbook.analysis.group_survival import holm
from workbook.analysis.hazards import HazardFit, cox
from workbook.analysis.proportionality import effect_over_time, proportionality, time_verdicts

__all__ = [
    "CHECK_ROWS",
    "SettledModel",
    "TraitStudy",
    "leaving_traits",
    "settled_model",
]

CHANGES = ("fades", "grows", "reverses")
# Numbers whose curve is looked at; each costs two fits.
MOST_CURVES = 4
#: Rows the checks look at: a change that matters shows in far fewer, and each costs several fits.
CHECK_ROWS = 50_000
# Rows that models of the duration are compared on; lifelines takes a second for each thousand.
DURATION_ROWS = 6_000


@dataclass(frozen=True)
class TraitStudy:
    """Traits and the pace of leaving.

    Attributes
    ----------
    design : covariates.Design
        What was used, and in ``notes`` what was refused beforehand and why.
    fit : hazards.HazardFit
        Without the traits that have become strata.
    effects : pandas.DataFrame
        term, column, level, reference, step, ratio, low, high, p_holm: hazard ratios for the usual
        difference (one standard deviation of a number, yes against no).
    strata : tuple of str
        Traits whose effect changes with age and that have a baseline of their own instead.
    checks : pandas.DataFrame
        term, correlation, p, p_holm (Schoenfeld), verdict, factor, low, high, of all traits
        before any became a stratum.
    by_period : pandas.DataFrame
        Of `proportionality.effect_over_time`, for terms whose effect changes with age.
    curves : pandas.DataFrame
        term, p_curved, p_holm of numbers, against a straight line.
    curve : pandas.DataFrame
        term, value, hazard_ratio, low, high of the number that is most clearly curved; no rows
        when none is.
    durations : pandas.DataFrame
        Models of the duration by AIC.
    ratios : pandas.DataFrame
        Time ratios of the best one.
    model : SettledModel
        What the above was read from, for chances of leaving.
    """

    design: Design
    fit: HazardFit
    effects: pd.DataFrame
    strata: tuple[str, ...]
    checks: pd.DataFrame
    by_period: pd.DataFrame
    curves: pd.DataFrame
    curve: pd.DataFrame
    durations: pd.DataFrame
    ratios: pd.DataFrame
    model: "SettledModel"


@dataclass(frozen=True)
class SettledModel:
    """Cox's model after its checks.

    Attributes
    ----------
    design, fit, strata, checks, by_period
        As in `TraitStudy`.
    whole : covariates.Design
        With the traits that have become strata.
    codes : pandas.Series
        Stratum of each row, 0 without strata.
    """

    design: Design
    fit: HazardFit
    strata: tuple[str, ...]
    checks: pd.DataFrame
    by_period: pd.DataFrame
    whole: Design
    codes: pd.Series


def settled_model(rows, traits, *, confidence=0.95):
    """Cox's model, and strata in place of what changes with age.

    Parameters
    ----------
    rows : pandas.DataFrame
        entry, duration (months), ended and the traits.
    traits : sequence of str
    confidence : float

    Returns
    -------
    SettledModel

    Notes
    -----
    A text whose effect changes with age by a factor that matters becomes a stratum (one baseline
    per value, rare values together); a number keeps its place and is told by period. Above 50,000
    rows the checks look at a random sample of that many; the model itself takes all.
    """
    whole = design_matrix(rows, traits)
    fit = cox(rows, whole, confidence=confidence)
    some, part = _sampled(rows, whole)
    by_period = effect_over_time(some, part, confidence=confidence)
    usable = not fit.message
    checks = _checks(some, part, by_period) if usable else pd.DataFrame(columns=_CHECKS)
    changing = checks.loc[checks["verdict"].isin(CHANGES), "term"]
    of_text = whole.terms[whole.terms["level"].notna() & whole.terms["reference"].notna()]
    strata = tuple(of_text.loc[of_text["term"].isin(changing), "column"].drop_duplicates())
    codes, design = pd.Series(0, index=rows.index), whole
    if strata:
        kept = ~whole.terms["column"].isin(strata)
        own = whole.frame[list(whole.terms.loc[~kept, "term"])]
        codes = own.groupby(list(own)).ngroup()
        terms = whole.terms[kept].reset_index(drop=True)
        design = Design(whole.frame[list(terms["term"])], terms, whole.notes)
        fit = cox(rows.assign(_stratum=codes), design, strata="_stratum", confidence=confidence)
    by_period = by_period[by_period["term"].isin(changing)].reset_index(drop=True)
    return SettledModel(design, fit, strata, checks, by_period, whole, codes)


def leaving_traits(study, *, confidence=0.95):
    """Cox's model, what follows from its checks, curves of numbers, models of the duration.

    Parameters
    ----------
    study : contract_study.Study
    confidence : float

    Returns
    -------
    TraitStudy or None
        None without durations.
    """
    if not study.timed:
        return None
    model = settled_model(study.rows, study.traits, confidence=confidence)
    rows = study.rows.assign(_stratum=model.codes)
    effects = effects_per_step(model.fit, model.design, "hazard_ratio")
    curves, curve = _curves(rows, model.design, model.fit, "_stratum", confidence)
    durations, ratios = accelerated_failure(
        study.rows, model.whole, confidence=confidence, most_rows=DURATION_ROWS
    )
    return TraitStudy(
        model.design,
        model.fit,
        effects,
        model.strata,
        model.checks,
        model.by_period,
        curves,
        curve,
        durations,
        ratios,
        model,
    )


_CHECKS = ["term", "correlation", "p", "p_holm", "verdict", "factor", "low", "high"]


def _sampled(rows, design):
    """At most ``CHECK_ROWS`` rows at random, and their part of the design."""
    if len(rows) <= CHECK_ROWS:
        return rows, design
    some = rows.sample(CHECK_ROWS, random_state=0)
    return some, Design(design.frame.loc[some.index], design.terms, design.notes)


def _checks(rows, design, by_period):
    tested = proportionality(rows, design, cox(rows, design))
    return tested.merge(time_verdicts(by_period), on="term", how="left")[_CHECKS]


def _curves(rows, design, fit, strata, confidence):
    """The numbers' shapes; the clearest curve if any passes Holm's test."""
    names, columns = (
        ["term", "p_curved", "p_holm"],
        ["term", "value", "hazard_ratio", "low", "high"],
    )
    plain = design.terms.loc[design.terms["level"].isna(), "term"]
    rows, design = _sampled(rows, design)
    found, tables = [], {}
    for term in list(plain)[:MOST_CURVES] if not fit.message else []:
        table, p = effect_along(rows, design, term, strata=strata, confidence=confidence)
        if len(table):
            found.append((term, p))
            tables[term] = table.assign(term=term)
    tests = pd.DataFrame(found, columns=names[:2])
    tests["p_holm"] = holm(tests["p_curved"])
    curved = tests[tests["p_holm"] < 0.05]
    if not len(curved):
        return tests, pd.DataFrame(columns=columns)
    return tests, tables[curved.loc[curved["p_holm"].idxmin(), "term"]][columns]
