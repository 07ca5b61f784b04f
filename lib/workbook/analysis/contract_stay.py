"""How long contracts last, for whom, and what is named when they end."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import snapshot
from workbook.analysis.competing_risks import cumulative_incidence, incidence_at
from workbook.analysis.contract_study import FEWEST, missing_before
from workbook.analysis.contracts import contract_rows
from workbook.analysis.exposure import event_table
from workbook.analysis.group_survival import survival_by, survival_differences
from workbook.analysis.survival import (
    SurvivalCurve,
    median_months,
    restricted_mean,
    survival_at,
    survival_curve,
)

__all__ = ["MONTHS", "Lasting", "lasting", "leaving_reasons", "trait_groups"]

#: Ages that are told, in months.
MONTHS = (1, 3, 6, 12, 24, 36, 48, 60)
# Numbers with more values than this are compared as two halves.
FEW_VALUES = 12


@dataclass(frozen=True)
class Lasting:
    """How long contracts last.

    Attributes
    ----------
    curve : survival.SurvivalCurve or None
    table : pandas.DataFrame
        month, at_risk, survival, low, high at chosen ages; NaN where nothing is known.
    median, median_low, median_high : float or None
        Months; None where half have not left.
    mean, mean_low, mean_high, horizon : float
        Expected months up to the horizon.
    bounds : pandas.DataFrame
        Of `snapshot.snapshot_bounds` where the window is unknown; else without rows.
    if_all_kept : tuple or None
        Where ends seem not to have been recorded before a day: that day (ISO), and survival, low,
        high at 12 months if they were and nobody had left before it.
    """

    curve: SurvivalCurve | None
    table: pd.DataFrame
    median: float | None
    median_low: float | None
    median_high: float | None
    mean: float
    mean_low: float
    mean_high: float
    horizon: float
    bounds: pd.DataFrame
    if_all_kept: tuple | None = None

    def at(self, month):
        """Share still there at an age of ``table``: survival, low, high, each None if unknown."""
        row = self.table[self.table["month"] == month]
        values = row[["survival", "low", "high"]].to_numpy().ravel() if len(row) else [np.nan] * 3
        return tuple(None if np.isnan(value) else float(value) for value in values)


def lasting(study, *, months=MONTHS, horizon_months=36, confidence=0.95):
    """Kaplan-Meier, median and restricted mean; bounds where no curve can be trusted.

    Parameters
    ----------
    study : Study
    months : sequence of float
    horizon_months : float
        Of the restricted mean; cut at the longest time watched.
    confidence : float

    Returns
    -------
    Lasting
        Everything empty with fewer than ``FEWEST`` contracts, or for a yes or no.
    """
    table = pd.DataFrame({"month": np.asarray(months, dtype=float)})
    table = table.assign(at_risk=0.0, survival=np.nan, low=np.nan, high=np.nan)
    bounds = pd.DataFrame(columns=["window_months", "month", "survival", "low", "high"])
    nothing = (None, table, None, None, None, np.nan, np.nan, np.nan, np.nan)
    if study.design == "snapshot_window_unknown" and len(study.contracts) >= FEWEST:
        bounds = snapshot.snapshot_bounds(study.contracts, months, confidence=confidence)
    if not study.timed:
        return Lasting(*nothing, bounds)
    curve = survival_curve(study.rows, confidence=confidence)
    table = survival_at(curve, months)
    at_risk = event_table(study.rows, times=months)["at_risk"].to_numpy()
    table.insert(1, "at_risk", at_risk)
    mean = restricted_mean(curve, horizon_months)
    all_kept = _if_all_kept(study, confidence)
    return Lasting(curve, table, *median_months(curve), *mean, bounds, all_kept)


def _if_all_kept(study, confidence):
    """Survival at 12 months if every end was recorded after all."""
    day = missing_before(study.checks)
    if not day:
        return None
    rows = contract_rows(study.contracts, as_of=study.as_of, by=study.unit).rows
    row = survival_at(survival_curve(rows, confidence=confidence), 12.0).iloc[0]
    return None if np.isnan(row["survival"]) else (day, *row[["survival", "low", "high"]])


def trait_groups(study, *, month=12, confidence=0.95):
    """Groups by trait: which differ in how long they stay (log-rank, Holm over traits).

    Parameters
    ----------
    study : Study
    month : float
        Age at which the groups' shares are told.
    confidence : float

    Returns
    -------
    tests : pandas.DataFrame
        column, groups, n, ended, statistic, p, p_holm; smallest p first.
    shares : pandas.DataFrame
        column, group, n, ended, month, survival, low, high of the groups large enough.
    """
    names = ["column", "group", "n", "ended", "month", "survival", "low", "high"]
    rows = study.rows[["entry", "duration", "ended"]].copy() if study.timed else pd.DataFrame()
    for column in study.traits if study.timed else ():
        # As categories: a million texts are compared by code.
        rows[column] = _grouped(study.rows[column]).astype("category")
    columns = [c for c in study.traits if c in rows and rows[c].nunique() > 1]
    if not columns:
        return survival_differences(pd.DataFrame(columns=["ended"]), []), pd.DataFrame(
            columns=names
        )
    tests = survival_differences(rows, columns)
    tests = tests[tests["p"].notna()].reset_index(drop=True)
    parts = []
    for column in tests["column"]:
        top = rows[column].value_counts().index[:FEW_VALUES]
        part = rows[rows[column].isin(top)]
        parts.append(
            survival_by(part, column, [month], confidence=confidence).assign(column=column)
        )
    shares = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=names)
    return tests, shares.dropna(subset="survival").reset_index(drop=True)[names]


def _grouped(values):
    """Texts as they are, numbers with many values as the half at most and the half above."""
    if not pd.api.types.is_numeric_dtype(values) or values.nunique() <= FEW_VALUES:
        return values.astype(object).where(values.notna(), None)
    middle = values.median()
    halves = np.where(values <= middle, f"≤ {middle:g}", f"> {middle:g}")
    return pd.Series(halves, index=values.index).where(values.notna(), None)


def leaving_reasons(study, lasted, *, months=MONTHS, confidence=0.95):
    """Share that has left for each reason by age, unknown reasons bounded.

    Parameters
    ----------
    study : Study
    lasted : Lasting
    months : sequence of float
    confidence : float

    Returns
    -------
    pandas.DataFrame
        Of `competing_risks.incidence_at`, with ``unknown`` (ends without a reason, of all); no
        rows without a known reason.
    """
    rows = study.rows
    if lasted.curve is None or "reason" not in rows or not rows["reason"].notna().any():
        return pd.DataFrame(columns=["reason", "month", "ended", "incidence", "unknown"])
    table = cumulative_incidence(rows, confidence=confidence)
    found = incidence_at(table, months, lasted.curve.last)
    ended = rows["ended"].astype(bool)
    return found.assign(unknown=float((ended & rows["reason"].isna()).sum() / ended.sum()))
