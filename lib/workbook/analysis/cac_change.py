"""Whether new customers, or the leads they come from, have become dearer, by channel."""

import numpy as np
import pandas as pd
from scipy.stats import norm, t

from workbook.analysis.acquisition_cost import dispersion

__all__ = ["cac_changes", "lead_panel", "monthly_series"]

WINDOWS = (6, 12)  # months compared with the same months a year before
YEAR = 12
FEWEST = 25  # customers of both windows together
FREEDOM = 30  # of the t distribution, where the dispersion is estimated


def cac_changes(panel: pd.DataFrame, leads: pd.DataFrame | None = None) -> pd.DataFrame:
    """Cost per new customer, and per lead, of the last months against the same months a year before.

    Parameters
    ----------
    panel : pandas.DataFrame
        From `acquisition_cost.matched_months`.
    leads : pandas.DataFrame, optional
        channel (key), month, leads: the client's own leads; they are more than customers, and show a
        rise sooner.

    Returns
    -------
    pandas.DataFrame
        measure ("customer" or "lead": whose cost), channel (key; None: all), months, customers, cac, customers_before, cac_before (of leads where these are measured), ratio, p
        (one-sided: dearer), q (Benjamini-Hochberg); smallest p first. Without a year before, the
        months just before are compared.

    Notes
    -----
    Given the customers of both windows, their number in the later one is binomial with the share of
    the money spent in it, unless a customer's price has changed; normal limit with the dispersion of
    neighbouring months, t distribution.
    """
    columns = ["measure", "channel", "months", "customers", "cac", "customers_before", "cac_before",
               "ratio", "p"]  # fmt: skip
    rows = []
    panels = {"customer": panel}
    if leads is not None and len(leads) and len(panel):
        panels["lead"] = lead_panel(panel, leads)
    for measure, part in panels.items():
        spread = dispersion(part)
        keys = [None, *sorted(part.loc[part["amount"] > 0, "channel"].dropna().unique())]
        for key in keys:
            n, money = monthly_series(part, key)
            for length in WINDOWS:
                found = _compared(n, money, length, spread)
                if found:
                    rows.append((measure, key, length, *found))
    table = pd.DataFrame(rows, columns=columns).sort_values("p", kind="stable", ignore_index=True)
    m, p = len(table), table["p"].to_numpy()
    q = np.minimum.accumulate((p * m / np.arange(1, m + 1))[::-1])[::-1] if m else p
    return table.assign(q=np.minimum(q, 1.0))


def lead_panel(panel, leads):
    """The panel with leads in the place of customers; all of them are seen at once."""
    counts = (
        leads[leads["channel"].notna()].groupby(["channel", "month"], as_index=False)["leads"].sum()
    )
    found = panel.drop(columns=["leads", "customers"]).merge(
        counts, on=["channel", "month"], how="left"
    )
    return found.assign(customers=found["leads"].fillna(0.0), seen=1.0)


def monthly_series(panel, key):
    """Customers, and the money that brought those seen, by month; of all channels without a key."""
    part = panel if key is None else panel[panel["channel"] == key]
    part = part.assign(money=part["amount"] * part["seen"])
    sums = part.groupby("month")[["customers", "money"]].sum().sort_index()
    return sums["customers"].to_numpy(float), sums["money"].to_numpy(float)


def _compared(n, money, length, spread):
    year_before = len(n) >= length + YEAR
    back = YEAR if year_before else length
    if len(n) < length + back:
        return None
    now, before = slice(len(n) - length, None), slice(-length - back, len(n) - back)
    n1, m1, n0, m0 = n[now].sum(), money[now].sum(), n[before].sum(), money[before].sum()
    if min(m0, m1) <= 0 or n0 + n1 < FEWEST or n0 <= 0:
        return None
    share = m1 / (m0 + m1)
    total = n0 + n1
    z = (total * share - n1) / np.sqrt(total * share * (1 - share) * spread)
    p = float(t.sf(z, FREEDOM) if spread > 1 else norm.sf(z))
    cac, was = m1 / n1 if n1 > 0 else np.inf, m0 / n0
    return n1, cac, n0, was, cac / was, p
