"""How long customers stay in a stage."""

import numpy as np
import pandas as pd

from workbook.analysis.lifecycle import STAGES

__all__ = ["stage_durations"]


def stage_durations(
    spells, *, as_of_day, longest=1096, confidence=0.95, draws=300, seed=0, still_after=90
):
    """How long customers stay in a stage once they enter it.

    Kaplan-Meier over entries: those still in the stage at as_of are censored, so the long stays
    that any one day finds more easily (length bias) do not count twice.

    Parameters
    ----------
    spells : pandas.DataFrame
        As `transitions.encoded_spells` gives it; consecutive stays in one stage count as one.
    longest : int
        Days to which stays are followed.
    still_after : int
        Days for the share still in the stage.

    Returns
    -------
    pandas.DataFrame
        stage, entries, median_days, median_low, median_high (NaN when not reached), mean_days,
        mean_low, mean_high (within `followed_days`), still, still_low, still_high (share still
        there after `still_after` days), followed_days (longest time observed, at most `longest`).
    """
    stays = _joined(spells)
    rng = np.random.default_rng(seed)
    rows = []
    blocks = int(stays["block"].max() + 1) if len(stays) else 0
    weights = rng.multinomial(blocks, np.full(blocks, 1 / blocks), size=draws) if blocks else None
    for code, name in enumerate(STAGES[1:]):
        of_stage = stays[stays["stage"] == code]
        if not len(of_stage):
            continue
        ended = of_stage["end"].notna().to_numpy()
        length = (of_stage["end"].fillna(as_of_day + 1) - of_stage["start"]).to_numpy(int)
        followed = int(min(length.max(), longest))
        ended &= length <= followed
        place = (of_stage["block"].to_numpy(), np.minimum(length, followed) - 1)
        left = np.zeros((blocks, followed))
        gone = np.zeros((blocks, followed))
        np.add.at(left, place, 1)
        np.add.at(gone, (place[0][ended], place[1][ended]), 1)
        at_risk = left[:, ::-1].cumsum(axis=1)[:, ::-1]
        all_weights = np.vstack([np.ones(blocks), weights])
        hazard = (all_weights @ gone) / np.maximum(all_weights @ at_risk, 1)
        curve = np.cumprod(1 - np.minimum(hazard, 1), axis=1)
        rows.append((name, len(of_stage), followed, *_summary(curve, still_after, confidence)))
    columns = ["stage", "entries", "followed_days"]
    for kind in ("median", "mean", "still"):
        days = "" if kind == "still" else "_days"
        columns += [f"{kind}{days}", f"{kind}_low", f"{kind}_high"]
    return pd.DataFrame(rows, columns=columns)


def _joined(spells):
    """Consecutive stays of one customer in one stage as one stay."""
    customer, stage = spells["customer"].to_numpy(), spells["stage"].to_numpy()
    new = np.ones(len(spells), bool)
    new[1:] = (customer[1:] != customer[:-1]) | (stage[1:] != spells["previous"].to_numpy()[1:])
    last = np.append(np.flatnonzero(new)[1:], len(spells)) - 1
    stays = spells.loc[new, ["block", "stage", "start"]]
    return stays.assign(end=spells["end"].to_numpy()[last])


def _summary(curve, still_after, confidence):
    """Median, mean within the time followed and share still there, each with its interval."""
    below = curve <= 0.5
    medians = np.where(below.any(axis=1), below.argmax(axis=1) + 1.0, np.inf)
    means = 1 + curve[:, :-1].sum(axis=1)
    still = curve[:, min(still_after, curve.shape[1]) - 1]
    if still_after > curve.shape[1]:
        still = np.full(len(curve), np.nan)
    edge = (1 - confidence) / 2
    for values in (medians, means, still):
        # a draw whose median is not reached is a long one, not a missing one
        low, high = np.quantile(values[1:], [edge, 1 - edge], method="inverted_cdf")
        for value in (values[0], low, high):
            yield float(value) if np.isfinite(value) else np.nan
