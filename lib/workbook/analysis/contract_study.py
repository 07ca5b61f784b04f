"""Contracts made ready for study, whatever the table holds, and how long they last."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import snapshot
from workbook.analysis.competing_risks import cumulative_incidence, incidence_at
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

__all__ = [
    "FEWEST",
    "MONTHS",
    "Lasting",
    "Study",
    "contract_study",
    "lasting",
    "leaving_reasons",
    "trait_groups",
]

#: Contracts below which nothing is estimated.
FEWEST = 10
#: Ages that are told, in months.
MONTHS = (1, 3, 6, 12, 24, 36, 48, 60)
# Numbers with more values than this are compared as two halves.
FEW_VALUES = 12


@dataclass(frozen=True)
class Study:
    """Contracts made ready for study.

    Attributes
    ----------
    design : str
        A key of `snapshot.RULES`: dates, snapshot, snapshot_window_unknown, outcome_window, or
        nothing.
    contracts : pandas.DataFrame
        As given, with ``contract_id`` where dates are known; without rows when there is no table.
    rows : pandas.DataFrame
        entry, duration (months), ended, reason and traits as of `contracts.contract_rows`; for
        an outcome window ended and the traits, tenure_months among them; else without rows.
    checks : pandas.DataFrame
        rule, rows, customers, detail.
    traits : tuple of str
        Columns of ``rows`` known at the start, or before leaving was observed.
    as_of : pandas.Timestamp
    unit : {"customer", "contract"}
    ends_known_from : str
        ISO date or empty; the day found where the ends told it.
    """

    design: str
    contracts: pd.DataFrame
    rows: pd.DataFrame
    checks: pd.DataFrame
    traits: tuple[str, ...]
    as_of: pd.Timestamp
    unit: str
    ends_known_from: str

    @property
    def timed(self):
        """Whether there are enough durations to speak about."""
        return self.design in ("dates", "snapshot") and len(self.rows) >= FEWEST


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


def contract_study(
    contracts,
    *,
    as_of,
    unit="customer",
    ends_known_from="",
    window_months=0.0,
    feature_window_months=0.0,
):
    """Durations, or a yes or no, from whatever the contracts table holds.

    Parameters
    ----------
    contracts : pandas.DataFrame or None
        The table contracts; None when the client has none.
    as_of : date
    unit : {"customer", "contract"}
        Whether customers or single contracts are followed.
    ends_known_from : str
        First day on which ends were recorded (ISO); empty when all ends are known. When the ends
        themselves show that they aren't, contracts are followed from the first recorded end on.
    window_months : float
        For a file with tenure and a flag: how long leavers stay in it; 0 if unknown.
    feature_window_months : float
        Above 0: the traits were measured over that many months, and leaving came after them.

    Returns
    -------
    Study
    """
    as_of = pd.Timestamp(as_of)
    table = pd.DataFrame() if contracts is None else contracts.reset_index(drop=True)
    kind = snapshot.design(
        table.columns, feature_window_months=feature_window_months, window_months=window_months
    )
    checks = pd.DataFrame(columns=["rule", "rows", "customers", "detail"])
    rows = pd.DataFrame()
    if kind == "dates":
        if "contract_id" not in table:
            table["contract_id"] = np.arange(len(table)).astype(str)
        found = contract_rows(table, as_of=as_of, observed_from=ends_known_from or None, by=unit)
        day = _missing_before(found.checks)
        if day:
            # Whether or not ends were kept earlier, this is the pace of leaving since that day.
            alarm, ends_known_from = (
                found.checks[found.checks["rule"] == "ends_missing_before"],
                day,
            )
            found = contract_rows(table, as_of=as_of, observed_from=day, by=unit)
            found.checks.loc[len(found.checks)] = alarm.iloc[0]
        rows, checks = found.rows, found.checks
    elif kind == "snapshot":
        found = snapshot.snapshot_rows(table, window_months=window_months)
        rows, checks = found.rows, found.checks
    elif kind == "outcome_window":
        rows, checks = _yes_or_no(table)
    traits = [c for c in rows if c == "tenure_months" and kind == "outcome_window"]
    traits += [c for c in rows if c == "product" or c.startswith("trait_")]
    traits += [c for c in rows if c == "value" or c.startswith("measure_")]
    return Study(kind, table, rows, checks, tuple(traits), as_of, unit, ends_known_from)


def _yes_or_no(table):
    """Rows with a usable flag and, where there is one, a usable tenure."""
    masks = {"no_flag": table["churned"].isna()}
    if "tenure_months" in table:
        tenure = pd.to_numeric(table["tenure_months"], errors="coerce").replace(np.inf, np.nan)
        masks |= {"no_tenure": tenure.isna(), "negative_tenure": tenure < 0}
    aside = np.zeros(len(table), dtype=bool)
    checks = []
    for rule, mask in masks.items():
        mask = mask.to_numpy(dtype=bool) & ~aside
        aside |= mask
        checks.append((rule, int(mask.sum()), int(mask.sum()), ""))
    rows = table[~aside].drop(columns="churned").reset_index(drop=True)
    rows["ended"] = table.loc[~aside, "churned"].astype(bool).to_numpy()
    found = [check for check in checks if check[1]]
    return rows, pd.DataFrame(found, columns=["rule", "rows", "customers", "detail"])


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


def _missing_before(checks):
    """The day before which ends seem not to have been recorded (ISO), or an empty text."""
    found = checks.loc[checks["rule"] == "ends_missing_before", "detail"]
    return found.iloc[0] if len(found) else ""


def _if_all_kept(study, confidence):
    """Survival at 12 months if every end was recorded after all."""
    day = _missing_before(study.checks)
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
        rows[column] = _grouped(study.rows[column])
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
