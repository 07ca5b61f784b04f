"""Contracts made ready for study, whatever the table holds."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.analysis import snapshot
from workbook.analysis.contracts import contract_rows

__all__ = ["FEWEST", "Study", "contract_study", "missing_before"]

#: Contracts below which nothing is estimated.
FEWEST = 10


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
        if not table["contract_id"].duplicated().any():  # of repeated ones the last row counts
            # in order once, and not again for every day that is looked back from
            table = table.sort_values("customer_id", kind="stable", ignore_index=True)
        found = contract_rows(table, as_of=as_of, observed_from=ends_known_from or None, by=unit)
        day = missing_before(found.checks)
        if day:
            # Whether or not ends were kept earlier, this is the pace of leaving since that day.
            alarm = found.checks[found.checks["rule"] == "ends_missing_before"]
            ends_known_from = day
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


def missing_before(checks):
    """The day before which ends seem not to have been recorded (ISO), or an empty text."""
    found = checks.loc[checks["rule"] == "ends_missing_before", "detail"]
    return found.iloc[0] if len(found) else ""
