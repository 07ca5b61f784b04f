"""Chances that something will happen to a customer: models, their calibration, and simple forecasts.

Every model learns on days whose outcome was known when the forecast was made, and is set right
(calibrated) on the window just before it, which it has not learned from.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import expit

__all__ = [
    "BASELINES", "CANDIDATES", "FEWEST", "Calibrated", "baseline_chances", "calibrated",
    "chosen_name", "estimators",
]  # fmt: skip

#: Models that learn, and simple forecasts they are held against.
CANDIDATES = ("purchase_model", "survival_model", "logistic", "boosting")
BASELINES = (
    "same_for_all", "nothing_changes", "past_spend", "rfm_cell", "by_age", "by_product", "bought_before",
)  # fmt: skip
#: Events, and customers without one, below which nothing is learned.
FEWEST = 30
ISOTONIC_EVENTS = 1000
AT_ONCE = 100_000  # rows
FURTHEST = np.log((1 - 1e-6) / 1e-6)  # log odds that a model may give
LEVEL_SPREAD, SLOPE_SPREAD = 0.15, 0.5  # of log odds from window to window: level, slope
PRIOR = 20  # customers that the share of all is worth beside a group's own


@dataclass(frozen=True)
class Calibrated:
    """A model set right on a window it has not learned from.

    `estimator`: fitted pipeline, or None for a figure that is a chance already (`column`);
    `slope`, `intercept`: of the log odds (Platt); `steps`: isotonic x and y in their place;
    `columns`: figures that the pipeline reads, all when empty.
    """

    name: str
    estimator: object
    column: str
    slope: float
    intercept: float
    steps: tuple | None = None
    columns: tuple = ()

    def raw(self, inputs: pd.DataFrame) -> np.ndarray:
        """Log odds before calibration."""
        if self.estimator is None:
            return inputs[self.column].to_numpy(float)
        given = inputs[list(self.columns)] if self.columns else inputs
        if hasattr(self.estimator[-1], "coef_"):
            return np.clip(_line(self.estimator, given), -FURTHEST, FURTHEST)
        # by parts: a scaled copy of every figure of a million customers is much to hold
        parts = [
            self.estimator.predict_proba(given.iloc[start : start + AT_ONCE].to_numpy(float))[:, 1]
            for start in range(0, len(given), AT_ONCE)
        ]
        chance = np.clip(np.concatenate(parts), 1e-6, 1 - 1e-6)
        return np.log(chance / (1 - chance))

    def chances(self, inputs: pd.DataFrame) -> np.ndarray:
        """Chance of every row, 0 to 1."""
        if not len(inputs):
            return np.zeros(0)
        raw = self.raw(inputs)
        if self.steps is not None:
            return np.clip(np.interp(raw, *self.steps), 0.0005, 0.9995)
        return expit(self.intercept + self.slope * raw)


def _line(pipeline, given):
    """Log odds by a scaled logistic regression, a figure at a time: no scaled copy of all of them."""
    scaler, regression = pipeline[0], pipeline[-1]
    line = np.full(len(given), regression.intercept_[0])
    rules = zip(scaler.mean_, scaler.scale_, regression.coef_[0], strict=True)
    for place, (mean, scale, weight) in enumerate(rules):
        own = (given.iloc[:, place].to_numpy() - mean) / scale
        if not np.isfinite(own.sum()):
            np.nan_to_num(own, copy=False)
        own *= weight
        line += own
    return line


def estimators(
    inputs: pd.DataFrame, happened, *, learners=("logistic", "boosting"), seed: int = 0
) -> dict:
    """Logistic regression and boosted trees, fitted.

    Parameters
    ----------
    inputs : DataFrame
        Of `model_inputs.model_inputs`.
    happened : array_like of bool
    learners : sequence of str
        Which of the two.
    seed : int

    Returns
    -------
    dict of str to sklearn Pipeline
        Empty with fewer than `FEWEST` events or non-events.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, StandardScaler

    y = np.asarray(happened, bool)
    if min(y.sum(), (~y).sum()) < FEWEST:
        return {}
    models = {
        # after scaling a missing value is put at the mean
        "logistic": make_pipeline(
            StandardScaler(),
            FunctionTransformer(np.nan_to_num),
            LogisticRegression(C=0.3, solver="newton-cholesky"),
        ),
        "boosting": make_pipeline(
            HistGradientBoostingClassifier(
                max_iter=40, learning_rate=0.12, max_leaf_nodes=8, min_samples_leaf=50,
                l2_regularization=1.0, early_stopping=False, random_state=seed,
            ),
        ),
    }  # fmt: skip
    given = inputs.to_numpy(float)
    return {name: models[name].fit(given, y) for name in learners}


def calibrated(
    name, estimator, inputs, happened, *, column="", columns=(), isotonic_from=ISOTONIC_EVENTS
):
    """The model, set right on rows that it has not learned from.

    Parameters
    ----------
    name : str
    estimator : sklearn Pipeline or None
        None: `column` of the inputs holds log odds already.
    inputs : DataFrame
    happened : array_like of bool
    isotonic_from : int
        Events from which isotonic regression takes the place of Platt's two numbers.

    Notes
    -----
    Platt (1999): logistic regression of what happened on the model's log odds, with his targets
    (n1 + 1) / (n1 + 2) and 1 / (n0 + 2), which keep it finite; both numbers are drawn towards no
    change (Cauchy prior, `LEVEL_SPREAD`): the level of a window of few events is mostly chance, and the
    next window does not share it. Isotonic: pool adjacent violators
    (Zadrozny, Elkan 2002), drawn as a line between the middles of its steps, so that equals in
    chance do not become ties.
    """
    from sklearn.isotonic import IsotonicRegression

    y = np.asarray(happened, bool)
    plain = Calibrated(name, estimator, column, 1.0, 0.0, None, columns)
    raw = plain.raw(inputs)
    if min(y.sum(), (~y).sum()) >= isotonic_from:
        fitted = IsotonicRegression(out_of_bounds="clip").fit(raw, y.astype(float)).predict(raw)
        middles = pd.DataFrame({"x": raw, "y": fitted}).groupby("y")["x"].mean()
        if len(middles) > 2:
            return Calibrated(name, estimator, column, 1.0, 0.0,
                              (middles.to_numpy(), middles.index.to_numpy()), columns)  # fmt: skip
    n1, n0 = y.sum(), (~y).sum()
    target = np.where(y, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    slope, intercept = _platt(raw, target)
    return Calibrated(name, estimator, column, slope, intercept, None, columns)


def _platt(raw, target):
    centre, scale = raw.mean(), max(raw.std(), 1e-9)
    z = (raw - centre) / scale

    unchanged, spread = np.array([centre, scale]), np.array([LEVEL_SPREAD, SLOPE_SPREAD * scale])

    def loss(ab):
        line, away = ab[0] + ab[1] * z, (ab - unchanged) / spread
        gradient = expit(line) - target
        value = np.sum(np.logaddexp(0, line) - target * line) + np.log1p(away**2).sum()
        pull = 2 * away / (1 + away**2) / spread
        return float(value), np.array([gradient.sum(), gradient @ z]) + pull

    found = minimize(loss, unchanged, jac=True, method="BFGS").x
    slope = float(found[1] / scale)
    return slope, float(found[0] - slope * centre)


def chosen_name(models: dict, inputs: pd.DataFrame, happened) -> str | None:
    """The model with the smallest log loss on the calibration window; ties go to the first."""
    y = np.asarray(happened, float)
    losses = {}
    for name, model in models.items():
        chance = np.clip(model.chances(inputs), 1e-6, 1 - 1e-6)
        losses[name] = -np.mean(y * np.log(chance) + (1 - y) * np.log(1 - chance))
    return min(losses, key=losses.get, default=None)


def baseline_chances(groups, happened, later_groups) -> pd.DataFrame:
    """Simple forecasts: the share to which it happened before, of everybody or of a group.

    Parameters
    ----------
    groups : DataFrame
        Of `model_inputs.baseline_groups`, for rows whose outcome is known.
    happened : array_like of bool
    later_groups : DataFrame
        The same columns, for the rows to forecast.

    Returns
    -------
    DataFrame
        same_for_all, then one column per column of `groups`.

    Notes
    -----
    A group's share is drawn towards that of all by the weight n / (n + 20).
    """
    y = np.asarray(happened, float)
    whole = float(y.mean()) if len(y) else 0.5
    table = {"same_for_all": np.full(len(later_groups), whole)}
    for name in groups:
        found = pd.Series(y).groupby(groups[name].to_numpy()).agg(["sum", "size"])
        share = (found["sum"] + PRIOR * whole) / (found["size"] + PRIOR)
        table[name] = share.reindex(later_groups[name]).fillna(whole).to_numpy()
    return pd.DataFrame(table)
