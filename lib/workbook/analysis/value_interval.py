"""How far expected values can be off: for one customer, for a group, for the total."""

import numpy as np
import pandas as pd
from scipy.stats import t as student

from workbook.analysis import customer_value
from workbook.analysis.customer_value import PURCHASE_MODELS, WEEKS_PER_MONTH

__all__ = [
    "customer_interval",
    "future_amounts",
    "past_error_interval",
    "total_draws",
    "total_value",
]


def future_amounts(
    values, purchase_fit, spend_fit=None, *, horizon_months=12, draws=500, settings=20, seed=30
):
    """Simulated money of each customer over the horizon, not discounted.

    Parameters
    ----------
    values : DataFrame
        Rows of `customer_value.customer_values`.
    purchase_fit, spend_fit : Fit
        As for `customer_values`; without a spend fit every purchase has the expected value.
    draws : int
        Outcomes per customer.
    settings : int
        Parameter sets drawn from the uncertainty of the fits, shared out over the draws; 1 keeps
        the estimates themselves.

    Returns
    -------
    purchases, amounts : arrays (customers, draws)
    """
    rng = np.random.default_rng(seed)
    settings = min(settings, draws)
    simulate = PURCHASE_MODELS[purchase_fit.model].simulate_future
    horizon = horizon_months * WEEKS_PER_MONTH
    bought = _parameter_sets(purchase_fit, settings, seed + 1)
    spent = _parameter_sets(spend_fit, settings, seed + 2) if spend_fit else [None] * settings
    purchases, amounts = [], []
    for setting, repeat in enumerate(np.diff(np.linspace(0, draws, settings + 1).astype(int))):
        histories = [np.tile(values[c].to_numpy(), repeat) for c in ("x", "t_x", "T")]
        count = np.asarray(
            simulate(bought[setting], horizon, *histories, seed=int(rng.integers(2**31)))
        ).reshape(repeat, len(values))
        if spend_fit is None:
            amount = count * values["value_per_purchase"].to_numpy()
        else:
            p, q, v = (spent[setting][name] for name in ("p", "q", "v"))
            mean = values["mean_value"].to_numpy()
            shape = p * np.where(mean > 0, values["x"].to_numpy(), 0.0)
            own_rate = rng.gamma(q + shape, size=count.shape) / (v + shape / p * mean)
            amount = rng.gamma(p * count) / own_rate
        purchases.append(count)
        amounts.append(amount)
    return np.concatenate(purchases).T, np.concatenate(amounts).T


def customer_interval(
    values, purchase_fit, spend_fit=None, *, horizon_months=12, confidence=0.95, seed=31
) -> pd.DataFrame:
    """Interval of outcomes for single customers: what one customer may really spend.

    It holds the chance in one customer's purchases and amounts and the uncertainty of the
    parameters; it is wide, and rightly so. Meant for lists of up to some thousand customers.

    Returns
    -------
    DataFrame
        low, high (discounted money, in the order of `values`), buys (share of the outcomes with
        at least one purchase).
    """
    if purchase_fit is None:
        return pd.DataFrame(np.nan, index=range(len(values)), columns=["low", "high", "buys"])
    purchases, amounts = future_amounts(
        values, purchase_fit, spend_fit, horizon_months=horizon_months, draws=1000, seed=seed
    )
    edges = [(1 - confidence) / 2, (1 + confidence) / 2]
    kept = values["kept"].to_numpy()
    low, high = np.quantile(amounts, edges, axis=1) if len(values) else (np.empty(0),) * 2
    return pd.DataFrame(
        {"low": low * kept, "high": high * kept, "buys": (purchases > 0).mean(axis=1)}
    )


def total_draws(
    values,
    purchase_fit,
    spend_fit=None,
    *,
    groups=None,
    measure="clv",
    horizon_months=12,
    draws=500,
    sample=1000,
    seed=32,
) -> pd.DataFrame:
    """Simulated totals over customers, with uncertain parameters and the chance in outcomes.

    Parameters
    ----------
    values : DataFrame
        From `customer_value.customer_values`.
    groups : array, optional
        A label per customer; totals of each group share the draws of the parameters, so that
        groups may be added draw by draw.
    measure : {"clv", "purchases"}
        Discounted money, or number of purchases.
    draws : int
    sample : int
        Customers per group that are simulated; a larger group's chance is scaled up from them
        (its total itself is always summed over everybody).

    Returns
    -------
    DataFrame (draws rows)
        One column per group, or the one column "total".

    Notes
    -----
    Parameters enter through the derivatives of each group's log total with respect to the
    log parameters (delta method), which stays stable where single parameters are not settled by
    the data; the chance in outcomes is simulated at the estimates.
    """
    labels = np.asarray(groups) if groups is not None else np.full(len(values), "total")
    if purchase_fit is None:
        return pd.DataFrame(np.nan, index=range(draws), columns=pd.unique(labels))
    shifts = _shift(purchase_fit, draws, seed), _shift(spend_fit, draws, seed + 1)
    if measure != "clv":
        shifts = shifts[0], np.zeros((draws, 0))
    rng = np.random.default_rng(seed)
    result = {}
    for label in pd.unique(labels):
        group = values[labels == label]
        if len(group) > sample:
            part = group.iloc[np.sort(rng.choice(len(group), sample, replace=False))]
        else:
            part = group
        slopes = _slopes(part, purchase_fit, spend_fit, horizon_months, measure)
        total = group["clv" if measure == "clv" else "expected_purchases"].sum()
        bought, amounts = future_amounts(
            part, purchase_fit, spend_fit, horizon_months=horizon_months, draws=draws, settings=1,
            seed=int(rng.integers(2**31)),
        )  # fmt: skip
        outcome = part["kept"].to_numpy() @ amounts if measure == "clv" else bought.sum(axis=0)
        chance = (outcome - outcome.mean()) * np.sqrt(len(group) / len(part))
        moved = np.exp(np.clip(shifts[0] @ slopes[0] + shifts[1] @ slopes[1], -5, 5))
        result[label] = np.maximum(total * moved + chance, 0)
    return pd.DataFrame(result)


def past_error_interval(total, errors, *, confidence=0.95):
    """Interval of a total from how far past forecasts of the same kind were off.

    Parameters
    ----------
    total : float
    errors : array of float
        log(actual / forecast) of each past forecast.

    Returns
    -------
    (low, high), or (nan, nan) with fewer than two past forecasts

    Notes
    -----
    The errors are taken as normal around zero with their own root mean square, and Student's t
    for the few there are. The forecasts' periods overlap, so this is rather too narrow.
    """
    errors = np.asarray(errors, dtype=float)
    errors = errors[np.isfinite(errors)]
    if len(errors) < 2:
        return np.nan, np.nan
    half = student.ppf(0.5 + confidence / 2, len(errors)) * np.sqrt(np.mean(errors**2))
    return float(total * np.exp(-half)), float(total * np.exp(half))


def total_value(total, draws, errors, *, confidence=0.95) -> dict:
    """A total with the wider of its two intervals.

    Parameters
    ----------
    total : float
    draws : array
        From `total_draws`.
    errors : array
        As for `past_error_interval`.

    Returns
    -------
    dict
        total, low, high, model_low, model_high, past_low, past_high, wider ("past" or "model").
    """
    edges = [(1 - confidence) / 2, (1 + confidence) / 2]
    model_low, model_high = (float(q) for q in np.quantile(draws, edges))
    # A simulated interval of a skewed total can miss its own mean when customers are very few.
    model_low, model_high = min(model_low, total), max(model_high, total)
    past_low, past_high = past_error_interval(total, errors, confidence=confidence)
    past = past_high - past_low > model_high - model_low
    return {
        "total": float(total),
        "low": past_low if past else model_low,
        "high": past_high if past else model_high,
        "model_low": model_low,
        "model_high": model_high,
        "past_low": past_low,
        "past_high": past_high,
        "wider": "past" if past else "model",
    }


def _parameter_sets(fit, size, seed):
    if size == 1:
        return [fit.params]
    return fit.draws(size, seed).to_dict("records")


def _shift(fit, draws, seed):
    if fit is None:
        return np.zeros((draws, 0))
    return np.log(fit.draws(draws, seed) / pd.Series(fit.params)).to_numpy()


def _slopes(part, purchase_fit, spend_fit, horizon_months, measure, step=0.02):
    """Derivatives of the log total by the log of each purchase and spend parameter."""
    model = PURCHASE_MODELS[purchase_fit.model]
    histories = [part[c].to_numpy() for c in ("x", "t_x", "T")]
    horizon = horizon_months * WEEKS_PER_MONTH
    value = part["value_per_purchase"].to_numpy() if measure == "clv" else 1.0
    purchases = part["expected_purchases"].to_numpy()

    def bought(params):
        return float(np.sum(model.expected_purchases(params, horizon, *histories) * value))

    def spent(params):
        return float(purchases @ customer_value.gamma_gamma.expected_value(
            params, np.where(part["mean_value"] > 0, part["x"], 0.0), part["mean_value"].to_numpy()
        ))  # fmt: skip

    def slope(total, params, name):
        up, down = (total({**params, name: params[name] * np.exp(s)}) for s in (step, -step))
        return (np.log(up) - np.log(down)) / (2 * step) if up > 0 and down > 0 else 0.0

    first = np.array([slope(bought, purchase_fit.params, name) for name in purchase_fit.params])
    if spend_fit is None or measure != "clv":
        return first, np.zeros(0)
    return first, np.array([slope(spent, spend_fit.params, name) for name in spend_fit.params])
