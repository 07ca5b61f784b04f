"""What a household panel says of the last 12 months, all at once."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from workbook.analysis import dirichlet, panel_change, panel_norm
from workbook.analysis.brand_panel import brand_measures, duplication

__all__ = ["PanelStudy", "panel_study"]


@dataclass(frozen=True)
class PanelStudy:
    """What the household panel says of the last 12 months.

    Attributes
    ----------
    now, before : Panel
        `before` None where the panel was not there a year earlier.
    measures : pandas.DataFrame
        As `brand_panel.brand_measures` gives them.
    model : Dirichlet or None
        None with too few households (below 30) or one brand.
    norm, pairs : pandas.DataFrame or None
        As `panel_norm.brand_norm` and `panel_norm.partitions` give them.
    duplication : pandas.DataFrame
    coefficient : float
    change : pandas.DataFrame
        As `panel_change.share_change` gives it.
    went : tuple
        As `panel_change.where_they_went` gives it; None without a year before.
    """

    now: object
    before: object
    measures: pd.DataFrame
    model: object
    norm: object
    pairs: object
    duplication: pd.DataFrame
    coefficient: float
    change: pd.DataFrame
    went: object


def panel_study(panel, *, as_of: date, own=(), households=0, confidence=0.95):
    """Measure the brands of a panel in the last 12 months and against the 12 before.

    Parameters
    ----------
    panel : ibis.Table
        household, at, brand.
    own : list of str
        The client's brands.
    households : int
        Households of the panel, buyers or not; 0: not known.

    Returns
    -------
    PanelStudy or None
        None without a purchase in the last 12 months.
    """
    now, before = panel_change.panel_years(panel, as_of=as_of, households=households, own=own)
    if now is None:
        return None
    enough, level = now.buyers >= panel_norm.FEWEST, {"confidence": confidence}
    model = dirichlet.fit_dirichlet(now.counts, households=now.households) if enough else None
    norm = panel_norm.brand_norm(now.counts, model, **level) if model else None
    pairs = panel_norm.partitions(now.counts, model) if model else None
    change, went = pd.DataFrame(columns=["measure"]), None
    if before is not None:
        years = panel_change.PanelYears(now, before)
        change, went = (
            panel_change.share_change(years, **level),
            panel_change.where_they_went(years),
        )
    shared, coefficient = duplication(now.counts)
    return PanelStudy(
        now,
        before,
        brand_measures(now.counts),
        model,
        norm,
        pairs,
        shared,
        coefficient,
        change,
        went,
    )
