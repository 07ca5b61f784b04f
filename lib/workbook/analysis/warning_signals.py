"""Warning signals: seen before a cut, judged by who stopped buying after it.

A signal compares two windows of equal length before the cut, so that it says something about a
change and nothing about the level. Its limit is chosen on an earlier cut and judged on a later one.
"""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import wilson

__all__ = ["LIMITS", "SIGNALS", "STEP_DAYS", "judge_signals", "signal_rows"]

SIGNALS = ("frequency", "amount", "contact", "satisfaction")
#: A measure has fallen when recent / before is at or below the limit; 0: stopped altogether.
#: Money has stopped altogether when purchases have, so that it starts above 0.
LIMITS = {"frequency": (0.0, 0.25, 0.5, 0.75), "amount": (0.25, 0.5, 0.75),
          "contact": (0.0, 0.25, 0.5, 0.75), "satisfaction": (0.6, 0.75, 0.9)}  # fmt: skip
MOST = 10  # purchases of both windows; more are put together
STEP_DAYS = 14  # between the looks at a signal that find its first day
FEWEST = 30  # customers at either cut


def signal_rows(states, totals, *, silent_days: int, more=None) -> pd.DataFrame:
    """Customers who could give a signal on a day, with what it measures and what came after.

    Parameters
    ----------
    states : DataFrame
        `purchase_state.purchase_states` at the cut, from data that reach silent_days beyond it.
    totals : DataFrame
        `purchase_state.window_totals` at the cut, window_days = silent_days // 2.
    silent_days : int
        Days without a purchase after which a customer counts as silent.
    more : dict of str to DataFrame, optional
        "contact", "satisfaction": customer_id, recent, before (a measure of the two windows; no
        answer is NaN and no fall).

    Returns
    -------
    DataFrame
        customer_id, leaves (no purchase in the silent_days after the cut), purchases (purchase
        days in both windows), lead_days (from the cut to the day on which a leaver counts as
        silent), and per signal its ratio recent / before (NaN where nothing was before).

    Notes
    -----
    Only customers known throughout both windows who bought in one of them.
    """
    window = silent_days // 2
    known = (states["T_days"] >= 2 * window) & (states["silence_days"] < 2 * window)
    rows = states[known].merge(totals, on="customer_id")
    table = pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "leaves": ~(rows["next_days"] <= silent_days),
            "purchases": rows["days_recent"] + rows["days_before"],
            "lead_days": silent_days - rows["silence_days"],
            "frequency": _ratio(rows["days_recent"], rows["days_before"]),
            "amount": _ratio(rows["amount_recent"], rows["amount_before"]),
        }
    )
    for name, measure in (more or {}).items():
        found = measure.set_index("customer_id").reindex(table["customer_id"])
        table[name] = _ratio(found["recent"], found["before"]).to_numpy()
    return table


def judge_signals(earlier, later, *, before=(), confidence=0.95, level=0.01) -> pd.DataFrame:
    """How well each signal told leavers from stayers.

    Parameters
    ----------
    earlier, later : DataFrame
        From `signal_rows` at two cuts; the limit is chosen on the first and judged on the second.
    before : sequence of DataFrame
        From `signal_rows` STEP_DAYS, 2 x STEP_DAYS, ... before the later cut: since when a signal
        had been up without a break, for the lead.
    level : float
        Chance that any signal is called a warning when none is.

    Returns
    -------
    DataFrame
        signal, limit, customers, leavers, flagged, coverage (share of leavers flagged) with
        coverage_low, coverage_high, false_alarms (share of the flagged who stayed), lift (share
        of leavers among the flagged / among all) with lift_low, lift_high, p, p_holm, warns (lift
        above 1 beyond chance), lead_median, lead_low, lead_high (days from the first flag to the
        day on which the leaver counts as silent, middle half of the flagged leavers). No rows when
        either cut has too few customers or nobody left or stayed.

    Notes
    -----
    Coverage: Wilson. Lift: delta method of its logarithm. Whether a signal warns is tested within
    groups of equal purchases over both windows (Cochran, Mantel, Haenszel, one-sided), Holm over
    signals. Given their number, purchases of customers who keep their own pace fall on either
    window by chance, whatever the pace: low frequency alone therefore never passes for a fall.
    """
    rows = []
    usable = min(len(earlier), len(later)) >= FEWEST
    if usable and 0 < later["leaves"].sum() < len(later):
        names = [
            name
            for name in SIGNALS
            if all(name in rows and rows[name].notna().any() for rows in (earlier, later))
        ]
        rows = [_judged(name, earlier, later, before, confidence) for name in names]
    columns = ["signal", "limit", "customers", "leavers", "flagged", "coverage", "coverage_low",
               "coverage_high", "false_alarms", "lift", "lift_low", "lift_high", "p",
               "lead_median", "lead_low", "lead_high"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table["p_holm"] = holm(table["p"].to_numpy(float)) if len(table) else []
    table["warns"] = (table["p_holm"] < level) & (table["lift"] > 1)
    return table


def _judged(name, earlier, later, before, confidence):
    limit = max(LIMITS[name], key=lambda limit: _separation(earlier, name, limit))
    flag = (later[name] <= limit).to_numpy()
    leaves = later["leaves"].to_numpy()
    n, flagged, leavers, both = len(later), flag.sum(), leaves.sum(), (flag & leaves).sum()
    low, high = wilson(both, leavers, confidence=confidence)
    lift = both * n / (flagged * leavers) if flagged else np.nan
    lift_low = lift_high = np.nan
    if both:
        spread = 1 / both - 1 / flagged - 1 / leavers + 2 * both / (flagged * leavers) - 1 / n
        half = norm.ppf(0.5 + confidence / 2) * np.sqrt(max(spread, 0.0))
        lift_low, lift_high = lift * np.exp(-half), lift * np.exp(half)
    lead = (later["lead_days"] + _days_up(name, limit, later, before))[flag & leaves]
    quartiles = lead.quantile([0.5, 0.25, 0.75]).tolist() if len(lead) else [np.nan] * 3
    p = _stratified_p(flag, leaves, np.minimum(later["purchases"].to_numpy(int), MOST))
    return (name, limit, n, int(leavers), int(flagged), both / leavers, float(low), float(high),
            1 - both / flagged if flagged else np.nan, lift, lift_low, lift_high, p,
            *quartiles)  # fmt: skip


def _days_up(name, limit, later, before):
    """Days before the cut since when the signal has been up without a break."""
    up, days = np.ones(len(later), bool), np.zeros(len(later), int)
    for rows in before:
        ratio = rows.set_index("customer_id")[name].reindex(later["customer_id"]).to_numpy(float)
        up &= ratio <= limit
        days += STEP_DAYS * up
    return days


def _separation(rows, name, limit):
    """Share of leavers flagged less share of stayers flagged."""
    flag, leaves = rows[name] <= limit, rows["leaves"]
    return flag[leaves].mean() - flag[~leaves].mean() if 0 < leaves.sum() < len(rows) else 0.0


def _stratified_p(flag, leaves, stratum):
    """One-sided p of more leavers among the flagged, within strata."""
    table = pd.DataFrame({"flag": flag, "leaves": leaves, "both": flag & leaves, "n": 1.0})
    sums = table.astype(float).groupby(stratum).sum()
    sums = sums[sums["n"] > 1]
    n, f, k = sums["n"], sums["flag"], sums["leaves"]
    variance = (f * (n - f) * k * (n - k) / (n**2 * (n - 1))).sum()
    if not variance > 0:
        return 1.0
    return float(norm.sf(((sums["both"] - f * k / n).sum()) / np.sqrt(variance)))


def _ratio(recent, before):
    before = before.where(before > 0)
    return recent / before
