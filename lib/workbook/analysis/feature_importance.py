"""How much worse chances get when a family of figures is shuffled between customers."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.model_inputs import family_of
from workbook.analysis.propensity_check import area_under_curve
from workbook.analysis.propensity_trial import one_thread

__all__ = ["feature_importance"]

MOST_ROWS = 5_000


def feature_importance(trial, *, repeats: int = 4, seed: int = 0, confidence=0.95) -> pd.DataFrame:
    """Permutation importance of families of figures, on customers of the newest trial.

    Parameters
    ----------
    trial : tuple
        (model, inputs, happened) of `propensity_trial.Propensity`; empty for none.
    repeats : int
        Shuffles per family.

    Returns
    -------
    DataFrame
        family, figures (how many), loss (rise of the Brier score), low, high, area_lost (of the area
        under the curve), matters (low > 0); the largest rise first.

    Notes
    -----
    Figures of a family say nearly the same, so they are shuffled together (Breiman 2001; Fisher,
    Rudin, Dominici 2019). What a model leans on is not what moves customers.
    """
    columns = ["family", "figures", "loss", "low", "high", "area_lost", "matters"]
    if not trial:
        return pd.DataFrame(columns=columns)
    with one_thread():
        return pd.DataFrame(_rises(*trial, repeats, seed, confidence), columns=columns).sort_values(
            ["loss", "family"], ascending=[False, True], ignore_index=True
        )


def _rises(model, inputs, happened, repeats, seed, confidence):
    if len(inputs) > MOST_ROWS:
        step = -(-len(inputs) // MOST_ROWS)
        inputs, happened = inputs.iloc[::step], happened[::step]
    inputs = inputs.reset_index(drop=True)
    y = np.asarray(happened, float)
    used = [model.column] if model.estimator is None else model.columns or list(inputs)
    families = {}
    for name in used:
        families.setdefault(family_of(name), []).append(name)
    before = model.chances(inputs)
    base, area = (before - y) ** 2, area_under_curve(y, before)[0]
    z, rng = norm.ppf(0.5 + confidence / 2), np.random.default_rng(seed)
    rows = []
    for family, names in families.items():
        rise, lost = np.zeros(len(y)), []
        for _ in range(repeats):
            order = rng.permutation(len(y))
            shuffled = inputs.copy()
            for name in names:
                shuffled[name] = inputs[name].to_numpy()[order]
            after = model.chances(shuffled)
            rise += ((after - y) ** 2 - base) / repeats
            lost.append(area - area_under_curve(y, after)[0])
        half = z * rise.std(ddof=1) / np.sqrt(len(y)) if len(y) > 1 else np.inf
        mean = float(rise.mean())
        rows.append((family, len(names), mean, mean - half, mean + half, float(np.mean(lost)),
                     bool(mean - half > 0)))  # fmt: skip
    return rows
