"""How much the answer depends on the days of silence after which a customer counts as gone."""

import numpy as np
import pandas as pd

from workbook.analysis.cadence import Cadence, silence_surprise
from workbook.analysis.intervals import wilson

__all__ = ["FIXED_DAYS", "OWN_GAPS", "QUANTILES", "inactivity_strip", "strip_verdicts"]

FIXED_DAYS = (30, 45, 60, 90, 120, 150, 180, 240, 300, 365, 545, 730)
OWN_GAPS = (2.0, 3.0, 4.0, 5.0, 6.0, 8.0)
QUANTILES = (0.30, 0.20, 0.15, 0.10, 0.05, 0.03, 0.02, 0.01)
#: Purchase days that part the classes whose order is compared.
CLASSES = {"once": (1, 1), "few": (2, 3), "many": (4, np.inf)}
STABLE_SHIFT = 0.05  # change of the share when the limit is moved by a quarter either way
STABLE_RANGE = 0.10  # between the definitions
FLAT = 0.005  # a change of share below half a point has no direction


def inactivity_strip(
    now: pd.DataFrame, then: pd.DataFrame, cadence: Cadence, *, back_days: int, confidence=0.95
) -> pd.DataFrame:
    """Churned customers under many definitions of churned.

    Parameters
    ----------
    now, then : DataFrame
        frequency, recency_days, T_days of the customers known today and on an earlier day; `then`
        also next_days, as `purchase_state.purchase_states` gives it.
    cadence : Cadence
        For the quantiles: a silence longer than all but this share of such a customer's gaps.
    back_days : int
        Days in which those who had churned on the earlier day may have come back.

    Returns
    -------
    DataFrame
        kind (days, own_gaps, quantile), limit, customers, share (churned today) with low, high
        (Wilson), share_then, change (today less then), churned_then, came_back (share of them who
        bought within back_days) with back_low, back_high, shift (change of today's share between
        limits a quarter lower and a quarter higher), verdict ("stable" when it is at most 5
        points, else "fragile"), worst (class by purchase days with the highest share today: once,
        few = 2 or 3, many = 4 and more). Definitions longer than the data are left out.
    """
    gaps = now.loc[now["frequency"] > 0, ["recency_days", "frequency"]].sum()
    mean_gap = gaps["recency_days"] / gaps["frequency"] if gaps["frequency"] else np.nan
    kinds = {"days": FIXED_DAYS, "own_gaps": OWN_GAPS, "quantile": QUANTILES}
    frames = [_numbers(frame, cadence, mean_gap) for frame in (now, then)]
    longest = float(now["T_days"].max()) if len(now) else 0.0
    rows = []
    for kind, limits in kinds.items():
        for limit in limits:
            measure = [frame[kind] for frame in frames]
            if (kind == "days" and limit >= longest) or np.isnan(measure[0]).all():
                continue
            gone, gone_then = (_beyond(values, kind, limit) for values in measure)
            looser, tighter = (_beyond(measure[0], kind, limit * k).mean() for k in (0.75, 1.25))
            back = (then["next_days"].to_numpy(float) <= back_days)[gone_then]
            low, high = wilson(gone.sum(), len(gone), confidence=confidence)
            back_low, back_high = wilson(back.sum(), len(back), confidence=confidence)
            rows.append({
                "kind": kind, "limit": limit, "customers": len(now),
                "share": gone.mean(), "low": float(low), "high": float(high),
                "share_then": gone_then.mean() if len(gone_then) else np.nan,
                "churned_then": len(back), "came_back": back.mean() if len(back) else np.nan,
                "back_low": float(back_low), "back_high": float(back_high),
                "shift": abs(looser - tighter), "worst": _worst(now["frequency"] + 1, gone),
            })  # fmt: skip
    columns = ["kind", "limit", "customers", "share", "low", "high", "share_then", "churned_then",
               "came_back", "back_low", "back_high", "shift", "worst"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    table["change"] = table["share"] - table["share_then"]
    table["verdict"] = np.where(table["shift"] <= STABLE_SHIFT, "stable", "fragile")
    return table


def strip_verdicts(strip: pd.DataFrame) -> pd.DataFrame:
    """Which answers hold under every definition.

    Returns
    -------
    DataFrame
        question (size: how many have churned; trend: more or fewer than before; order: which
        class by purchase days churned most), verdict (stable, fragile), agree (definitions on the
        side of most of them), definitions, low, high (smallest and largest share or change),
        answer (for trend: up, down or flat; for order: the class; else empty). No rows without
        definitions.
    """
    if not len(strip):
        return pd.DataFrame(
            columns=["question", "verdict", "agree", "definitions", "low", "high", "answer"]
        )
    change = strip["change"]
    direction = np.select([change > FLAT, change < -FLAT], ["up", "down"], "flat")
    rows = []
    spread = strip["share"].max() - strip["share"].min()
    near = (strip["share"] - strip["share"].median()).abs() <= STABLE_RANGE / 2
    rows.append(("size", spread <= STABLE_RANGE, near.sum(), strip["share"], ""))
    for question, answers, values in (
        ("trend", pd.Series(direction), change),
        ("order", strip["worst"].reset_index(drop=True), strip["share"]),
    ):
        most = answers.mode().iloc[0]
        rows.append((question, answers.nunique() == 1, (answers == most).sum(), values, most))
    return pd.DataFrame(
        [
            {
                "question": question,
                "verdict": "stable" if holds else "fragile",
                "agree": int(agree),
                "definitions": len(strip),
                "low": float(values.min()),
                "high": float(values.max()),
                "answer": answer,
            }
            for question, holds, agree, values, answer in rows
        ]
    )


def _numbers(frame, cadence, mean_gap):
    """The silence of every customer in days, in own gaps, and as its surprise."""
    silence = (frame["T_days"] - frame["recency_days"]).to_numpy(float)
    x, t_x = frame["frequency"].to_numpy(float), frame["recency_days"].to_numpy(float)
    gap = np.where(x > 0, t_x / np.maximum(x, 1), mean_gap)
    return {
        "days": silence,
        "own_gaps": silence / gap,
        "quantile": silence_surprise(cadence, x, t_x, silence),
    }


def _beyond(values, kind, limit):
    return values < limit if kind == "quantile" else values >= limit


def _worst(purchase_days, gone):
    """The class with the highest share gone; the first of equals."""
    shares = {}
    for name, (low, high) in CLASSES.items():
        members = ((purchase_days >= low) & (purchase_days <= high)).to_numpy()
        if members.any():
            shares[name] = gone[members].mean()
    return max(shares, key=shares.get) if shares else ""
