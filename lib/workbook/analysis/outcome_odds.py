"""Leaving as a yes or no, told per usual difference of each trait."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis.covariates import Design, design_matrix
from workbook.analysis.effects import effects_per_step
from workbook.analysis.leaving_odds import OddsFit, leaving_odds, odds_quality

__all__ = ["OddsStudy", "outcome_odds"]


@dataclass(frozen=True)
class OddsStudy:
    """Traits and leaving as a yes or no.

    Attributes
    ----------
    design : covariates.Design
    fit : leaving_odds.OddsFit
    effects : pandas.DataFrame
        As in `leaving_traits.TraitStudy`, odds ratios, with ``points`` (average change of the chance of leaving).
    scores : dict
    groups : pandas.DataFrame
        Of `leaving_odds.odds_quality`.
    """

    design: Design
    fit: OddsFit
    effects: pd.DataFrame
    scores: dict
    groups: pd.DataFrame


def outcome_odds(study, *, confidence=0.95):
    """The logistic model of a yes or no after a feature window; None for other designs.

    Parameters
    ----------
    study : contract_study.Study
    confidence : float

    Returns
    -------
    OddsStudy or None
    """
    if study.design != "outcome_window" or not len(study.rows):
        return None
    design = design_matrix(study.rows, study.traits)
    fit = leaving_odds(study.rows, design, confidence=confidence)
    scores, groups = odds_quality(study.rows, design, confidence=confidence)
    effects = effects_per_step(fit, design, "odds_ratio")
    return OddsStudy(design, fit, effects, scores, groups.replace([np.inf, -np.inf], np.nan))
