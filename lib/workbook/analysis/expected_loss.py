"""Money that stops when customers stop: per customer, in total with an interval, and as a list."""

import numpy as np
import pandas as pd

from workbook.analysis import gamma_gamma, mbgnbd
from workbook.analysis.customer_value import (
    WEEKS_PER_MONTH,
    spend_fit,
    spend_history,
    value_per_purchase,
)
from workbook.analysis.likelihood import Fit, distinct
from workbook.analysis.value_interval import past_error_interval

__all__ = ["at_risk_list", "loss_totals", "stay_values", "widened"]

ROWS = 4_000  # customers per group over which parameters and outcomes are drawn


def stay_values(fit: Fit, states: pd.DataFrame, *, horizon_months=12.0) -> pd.DataFrame:
    """What each customer would spend over the horizon by staying, and what is expected.

    Parameters
    ----------
    fit : Fit
        From `still_customers.alive_fit`.
    states : DataFrame
        customer_id, frequency, recency_days, T_days, purchase_days, gross_amount, repeat_amount.

    Returns
    -------
    DataFrame
        customer_id, x, t_x, T (weeks), mean_value (per repeat purchase, 0 when unknown), value
        (expected money per purchase), stay (money over the horizon if still a customer today and
        to its end), expected (money over the horizon as things stand), loss (stay - expected),
        leaves (loss / stay: 1 - P(still buying)). Not discounted.

    Notes
    -----
    Somebody who stays buys at the rate (r + x) / (alpha + T), the mean of the rate given that
    history and being a customer today. Value per purchase as in `customer_value`.
    """
    spend = spend_fit(spend_history(states))
    x = states["frequency"].to_numpy(float)
    t_x, T = (states[name].to_numpy(float) / 7 for name in ("recency_days", "T_days"))
    value = np.nan_to_num(value_per_purchase(states, spend))
    weeks = horizon_months * WEEKS_PER_MONTH
    histories, place = distinct(x, t_x, T)
    stay = _rate(fit.params, x, T) * weeks
    expected = np.minimum(mbgnbd.expected_purchases(fit.params, weeks, *histories)[place], stay)
    mean_value = spend_history(states)["mean_value"].reindex(states.index).fillna(0.0)
    return pd.DataFrame(
        {
            "customer_id": states["customer_id"].to_numpy(),
            "x": x, "t_x": t_x, "T": T,
            "mean_value": mean_value.to_numpy(float) if spend is not None else 0.0,
            "value": value,
            "stay": stay * value,
            "expected": expected * value,
            "loss": (stay - expected) * value,
            "leaves": 1 - np.divide(expected, stay, out=np.ones_like(stay), where=stay > 0),
        }
    )  # fmt: skip


def loss_totals(
    fit: Fit, values: pd.DataFrame, states: pd.DataFrame, groups, *, horizon_months=12.0,
    confidence=0.95, draws=200, seed=0,
) -> pd.DataFrame:  # fmt: skip
    """Expected loss of groups of customers, with an interval for the outcome.

    Parameters
    ----------
    values : DataFrame
        From `stay_values`, of the same `states`.
    groups : array_like
        A label per customer.

    Returns
    -------
    DataFrame
        group, customers, stay, expected, loss, low, high, low_80, high_80 (money over the
        horizon; the last two are the ends of the 80 % interval).

    Notes
    -----
    Parameters of both models are drawn from their uncertainty; the chance in who stops and how
    often they would have bought is simulated at the estimates and taken as normal. Not in it: what
    a single purchase costs around the customer's own mean, and that the models may be wrong.
    """
    spend = spend_fit(spend_history(states))
    weeks = horizon_months * WEEKS_PER_MONTH
    labels = pd.Series(np.asarray(groups, object))
    rng = np.random.default_rng(seed)
    purchase_sets = fit.draws(draws, seed).to_dict("records")
    spend_sets = spend.draws(draws, seed + 1).to_dict("records") if spend else [None] * draws
    edges = [(1 - confidence) / 2, (1 + confidence) / 2, 0.1, 0.9]
    rows = []
    for label in labels.unique():
        group = values[(labels == label).to_numpy()]
        part = group
        if len(group) > ROWS:
            part = group.iloc[np.sort(rng.choice(len(group), ROWS, replace=False))]
        scale = len(group) / len(part)
        histories = [part[name].to_numpy() for name in ("x", "t_x", "T")]
        (ux, ut, uT), place = distinct(*histories)
        moved = np.array([
            (np.maximum(_rate(p, ux, uT) * weeks - mbgnbd.expected_purchases(p, weeks, ux, ut, uT), 0)[place])
            @ _values(part, s)
            for p, s in zip(purchase_sets, spend_sets, strict=True)
        ])  # fmt: skip
        noise = np.sqrt(_outcome_variance(fit.params, part, weeks, rng) * scale)
        loss = float(group["loss"].sum())
        totals = loss + (moved - part["loss"].sum()) * scale + noise * rng.normal(size=draws)
        ends = np.maximum(np.nanquantile(totals, edges), 0.0)
        ends = [
            (min if place % 2 == 0 else max)(float(end), loss) for place, end in enumerate(ends)
        ]
        sums = group[["stay", "expected"]].sum()
        rows.append((label, len(group), sums["stay"], sums["expected"], loss, *ends))
    columns = ["group", "customers", "stay", "expected", "loss", "low", "high", "low_80", "high_80"]
    return pd.DataFrame(rows, columns=columns)


def widened(totals: pd.DataFrame, errors, *, confidence=0.95) -> pd.DataFrame:
    """The wider of the model's interval and the one that the errors of past forecasts give.

    Parameters
    ----------
    totals : DataFrame
        From `loss_totals`.
    errors : array_like
        log(actual / expected spend) of past forecasts; with fewer than two nothing changes.

    Returns
    -------
    DataFrame
        `totals` with the ends moved outwards, never inwards, and `wider` ("model" or "past").

    Notes
    -----
    A forecast that is off by a factor leaves stay - factor x expected to be lost, at least 0.
    """
    table = totals.assign(wider="model")
    for row in table.index:
        stay, expected = table.loc[row, "stay"], table.loc[row, "expected"]
        for level, low, high in ((confidence, "low", "high"), (0.80, "low_80", "high_80")):
            least, most = past_error_interval(expected, errors, confidence=level)
            if not most - least > table.loc[row, high] - table.loc[row, low]:
                continue
            table.loc[row, low] = min(table.loc[row, low], max(stay - most, 0.0))
            table.loc[row, high] = max(table.loc[row, high], max(stay - least, 0.0))
            table.loc[row, "wider"] = "past"
    return table


def at_risk_list(
    values: pd.DataFrame, *, capacity: int, save_rate: float, contact_cost: float, order="at_stake"
) -> pd.DataFrame:
    """Customers to contact, as many as the team can, by what contacting one is assumed to save.

    Parameters
    ----------
    values : DataFrame
        customer_id, at_stake (P(leaves) x money over the horizon by staying), and `order`.
    capacity : int
        Customers the team can contact.
    save_rate : float
        Assumed share of the money at stake that a contact keeps, 0-1; an assumption, no estimate.
    contact_cost : float
        Money per contact.
    order : str
        Column to rank by; "at_stake" ranks by expected saved value.

    Returns
    -------
    DataFrame
        The rows of `values` whose expected saved value is above zero, with rank (1 first) and
        expected_saved (at_stake x save_rate - contact_cost).
    """
    table = values.assign(expected_saved=values["at_stake"] * save_rate - contact_cost)
    table = table[table["expected_saved"] > 0]
    table = table.sort_values([order, "customer_id"], ascending=[False, True]).head(capacity)
    return table.assign(rank=np.arange(1, len(table) + 1)).reset_index(drop=True)


def _rate(params, x, T):
    """Purchases per week of those who stay."""
    return (params["r"] + x) / (params["alpha"] + T)


def _values(part, spend_params):
    """Money per purchase under one set of spend parameters."""
    if spend_params is None:
        return part["value"].to_numpy()
    mean = part["mean_value"].to_numpy()
    known = np.where(mean > 0, part["x"].to_numpy(), 0.0)
    return np.asarray(gamma_gamma.expected_value(spend_params, known, mean), float)


def _outcome_variance(params, part, weeks, rng, times=40):
    """Variance of the sum of losses over single customers' outcomes."""
    x, t_x, T = (np.tile(part[name].to_numpy(), (times, 1)) for name in ("x", "t_x", "T"))
    wanted = rng.poisson(rng.gamma(params["r"] + x, 1 / (params["alpha"] + T)) * weeks)
    until_stop = rng.geometric(np.clip(rng.beta(params["a"], params["b"] + x + 1), 1e-12, 1.0))
    alive = rng.random(x.shape) < mbgnbd.probability_alive(params, x[0], t_x[0], T[0])
    lost = (wanted - np.where(alive, np.minimum(wanted, until_stop), 0)) * part["value"].to_numpy()
    return float(lost.var(axis=0, ddof=1).sum())
