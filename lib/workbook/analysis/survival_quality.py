"""Forecasts of leaving, judged on what happened after they were made."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.survival import survival_at, survival_curve

__all__ = ["brier", "calibration", "concordance"]

# A censoring weight above this would let one customer speak for that many.
HEAVIEST = 20.0
INFLUENCE_ROWS = 1500


def calibration(follow, predicted, *, groups=5, confidence=0.95):
    """Predicted against observed share that left, by risk group.

    Parameters
    ----------
    follow : pandas.DataFrame
        entry and duration (months), ended, watched after the forecast: of
        `contracts.contract_rows` with ``observed_from`` the day after the cut, so that time since
        the forecast is duration less entry.
    predicted : pandas.DataFrame
        One column per horizon in months (its name a number), the chance of leaving within it; as
        many rows as ``follow``.
    groups : int
        Groups of equal size by predicted chance.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        horizon, group (0: everybody, 1: lowest chance, ...), n, ended, predicted, observed (by
        Kaplan-Meier), low, high. NaN where the horizon reaches beyond what was watched.
    """
    later = _later(follow)
    table = []
    for horizon in predicted.columns:
        chance = predicted[horizon].to_numpy(dtype=float)
        rank = pd.Series(chance).rank(method="first", pct=True)
        of_group = np.ceil(rank * groups).to_numpy() if np.ptp(chance) > 0 else np.ones(len(chance))
        for group in range(groups + 1):
            mask = np.ones(len(chance), dtype=bool) if group == 0 else of_group == group
            if not mask.any():
                continue
            curve = survival_curve(later[mask], confidence=confidence)
            row = survival_at(curve, float(horizon)).iloc[0]
            within = later["ended"] & (later["duration"] <= float(horizon))
            table.append(
                {
                    "horizon": float(horizon),
                    "group": group,
                    "n": int(mask.sum()),
                    "ended": int(within[mask].sum()),
                    "predicted": float(chance[mask].mean()),
                    "observed": 1 - row["survival"],
                    "low": 1 - row["high"],
                    "high": 1 - row["low"],
                }
            )
    return pd.DataFrame(
        table,
        columns=["horizon", "group", "n", "ended", "predicted", "observed", "low", "high"],
    )


def brier(follow, predicted, *, confidence=0.95):
    """Mean squared error of predicted chances, weighted for those whose outcome is not known yet.

    Parameters
    ----------
    follow, predicted
        As for `calibration`.
    confidence : float

    Returns
    -------
    pandas.DataFrame
        horizon, brier, low, high, brier_same (everybody gets the average that came true),
        skill (1 - brier / brier_same: 0 is no better than the average), skill_low, skill_high.

    Notes
    -----
    Graf, Schmoor, Sauerbrei, Schumacher (1999): inverse probability of censoring weights by
    Kaplan-Meier, capped at 20; intervals linearised over customers.
    """
    later = _later(follow)
    duration, ended = later["duration"].to_numpy(), later["ended"].to_numpy()
    z = norm.ppf(0.5 + confidence / 2)
    columns = ["horizon", "brier", "low", "high", "brier_same", "skill", "skill_low", "skill_high"]
    table = []
    for horizon in predicted.columns:
        months = float(horizon)
        if not len(later) or duration.max() < months:
            table.append({"horizon": months})
            continue
        gone, still = ended & (duration <= months), duration > months
        # Just before an end, so that somebody censored on the same day still counts as watched.
        weight = np.where(gone, _censoring(later, np.minimum(duration, months) - 1e-9), 0.0)
        weight = np.where(still, _censoring(later, np.full(len(later), months)), weight)
        error = weight * (gone - predicted[horizon].to_numpy(dtype=float)) ** 2
        average = (weight * gone).sum() / weight.sum()
        same = weight * (gone - average) ** 2
        n, ratio = len(later), error.sum() / same.sum() if same.sum() > 0 else np.nan
        half = z * error.std() / np.sqrt(n)
        spread = z * (error - ratio * same).std() / np.sqrt(n) / max(same.mean(), 1e-300)
        values = [months, error.mean(), error.mean() - half, error.mean() + half, same.mean()]
        values += [1 - ratio, 1 - ratio - spread, 1 - ratio + spread]
        table.append(dict(zip(columns, values, strict=True)))
    return pd.DataFrame(table, columns=columns)


def concordance(follow, score, *, horizon_months=None, pairs=200_000, seed=0, confidence=0.95):
    """How often the higher score left earlier (Uno's concordance), by sampled pairs.

    Parameters
    ----------
    follow : pandas.DataFrame
        As for `calibration`.
    score : array_like
        Higher for those expected to leave earlier.
    horizon_months : float, optional
        Only ends up to it count; by default nine tenths of the longest time watched.
    pairs : int
        Pairs sampled. The number of possible pairs grows with the square of the customers.
    seed : int
    confidence : float

    Returns
    -------
    dict
        concordance (0.5: no better than chance), low, high, sampling_error (standard error from
        looking at some pairs only), pairs, ended, horizon; NaN without a comparable pair.

    Notes
    -----
    Uno, Cai, Pencina, D'Agostino, Wei (2011). A pair has an earlier end before the horizon and
    somebody watched longer; its weight is that of the end, squared. The interval adds sampling
    error to the variance over customers, which is taken from all pairs among 1,500 of them.
    """
    later = _later(follow).reset_index(drop=True)
    score = np.asarray(score, dtype=float)
    duration, ended = later["duration"].to_numpy(), later["ended"].to_numpy()
    horizon = horizon_months or 0.9 * duration.max(initial=0.0)
    # Somebody last seen on the day of an end was watched longer than who ended.
    until = np.where(ended, duration, np.nextafter(duration, np.inf))
    order = np.argsort(until, kind="stable")
    first_longer = np.searchsorted(until[order], until, side="right")
    longer = len(duration) - first_longer
    usable = ended & (duration <= horizon) & (longer > 0)
    nothing = {"concordance": np.nan, "low": np.nan, "high": np.nan, "sampling_error": np.nan}
    found = {"pairs": 0, "ended": int(usable.sum()), "horizon": float(horizon)}
    if not usable.any():
        return nothing | found
    weight = np.where(usable, _censoring(later, duration - 1e-9) ** 2, 0.0)
    rng = np.random.default_rng(seed)
    chance = weight * longer
    one = rng.choice(len(duration), size=pairs, p=chance / chance.sum())
    other = order[first_longer[one] + (rng.random(pairs) * longer[one]).astype(int)]
    value = _agrees(score[one], score[other]).mean()
    sampling = np.sqrt(max(value * (1 - value), 1e-12) / pairs)
    some = rng.permutation(len(duration))[:INFLUENCE_ROWS]
    spread = _spread(until[some], score[some], weight[some], value) / len(duration)
    half = norm.ppf(0.5 + confidence / 2) * np.sqrt(spread + sampling**2)
    low, high = max(value - half, 0.0), min(value + half, 1.0)
    answer = {"concordance": float(value), "low": low, "high": high, "sampling_error": sampling}
    return answer | found | {"pairs": pairs}


def _later(follow):
    """Time since the forecast in the place of age."""
    entry = follow["entry"].to_numpy(dtype=float)
    duration = follow["duration"].to_numpy(dtype=float) - entry
    ended = follow["ended"].to_numpy(dtype=bool)
    return pd.DataFrame({"duration": duration, "ended": ended}, index=follow.index)


def _censoring(later, months):
    """1 / chance of still being watched after ``months``, capped."""
    curve = survival_curve(later.assign(ended=~later["ended"]))
    place = np.searchsorted(curve.table["month"], months, side="right")
    watched = np.append(1.0, curve.table["survival"])[place]
    return np.minimum(1 / np.maximum(watched, 1e-12), HEAVIEST)


def _agrees(early, late):
    return (early > late) + 0.5 * (early == late)


def _spread(until, score, weight, value):
    """Variance of one customer's influence on the concordance, from all pairs of a sample."""
    pair = weight[:, None] * (until[:, None] < until[None, :])
    excess = pair * (_agrees(score[:, None], score[None, :]) - value)
    total = pair.sum()
    if not total:
        return 0.0
    influence = (excess.sum(axis=0) + excess.sum(axis=1)) / total * len(until)
    return float(influence.var())
