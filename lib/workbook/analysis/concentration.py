"""How unevenly value is spread over customers, and how much of that is luck."""

import numpy as np
import pandas as pd

__all__ = [
    "gini",
    "lasting_shares",
    "lorenz_curve",
    "loss_of_top",
    "simulated_population",
    "top_shares",
]

TOPS = (0.01, 0.05, 0.10, 0.20, 0.50)


def lorenz_curve(amounts, *, points=200) -> pd.DataFrame:
    """Cumulative share of value, customers ordered from the most to the least valuable.

    Parameters
    ----------
    amounts : array of float
        Value per customer, in money; negative amounts count as 0.
    points : int
        Number of steps of the curve.

    Returns
    -------
    DataFrame
        customer_share, value_share (both 0-1, from 0 to 1); empty when there is no value.
    """
    ordered = _descending(amounts)
    total = ordered.sum()
    if not total > 0:
        return pd.DataFrame({"customer_share": [], "value_share": []}, dtype=float)
    shares = np.linspace(0, 1, points + 1)
    return pd.DataFrame({"customer_share": shares, "value_share": _share_at(ordered, shares)})


def gini(amounts) -> float:
    """Gini coefficient of non-negative amounts: 0 all equal, near 1 one customer has everything.

    Not a number when there is no value at all. Formula: mean absolute difference over twice the
    mean, computed from the ordered amounts.
    """
    ordered = _descending(amounts)[::-1]
    n, total = len(ordered), ordered.sum()
    if not total > 0:
        return float("nan")
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def top_shares(
    amounts, *, tops=TOPS, confidence=0.95, draws=300, seed=20, blocks=5_000
) -> pd.DataFrame:
    """Share of value held by the top customers, with an interval from resampling customers.

    Parameters
    ----------
    amounts : array of float
        Value per customer, in money; negative amounts count as 0.
    tops : sequence of float
        Shares of customers (0-1), counted from the most valuable.
    draws, seed : int
        Bootstrap samples of customers, and the seed of the random generator.
    blocks : int
        Above this number of customers neighbours in the order are resampled as one block of
        equal customers; the biggest are kept one by one.

    Returns
    -------
    DataFrame
        top, customers, share, low, high; a last row with top = NaN carries the Gini coefficient
        in `share`. Empty when there is no value.
    """
    ordered = _descending(amounts)
    columns = ["top", "customers", "share", "low", "high"]
    if not ordered.sum() > 0:
        return pd.DataFrame(columns=columns, dtype=float)
    sizes, means = _blocks(ordered, blocks)
    rng = np.random.default_rng(seed)
    tops = np.asarray(tops, dtype=float)
    samples = np.empty((draws, len(tops) + 1))
    for draw in range(draws):
        weights = rng.poisson(sizes).astype(float)
        if not weights @ means > 0:
            weights = sizes.astype(float)
        customers = np.concatenate([[0], np.cumsum(weights)]) / weights.sum()
        value = np.concatenate([[0], np.cumsum(weights * means)]) / (weights @ means)
        samples[draw, :-1] = np.interp(tops, customers, value)
        # The Gini coefficient is twice the area between this curve and the diagonal.
        samples[draw, -1] = 2 * np.trapezoid(value, customers) - 1
    low, high = np.quantile(samples, [(1 - confidence) / 2, (1 + confidence) / 2], axis=0)
    return pd.DataFrame(
        {
            "top": [*tops, np.nan],
            "customers": [*np.maximum(1, np.round(tops * len(ordered))), len(ordered)],
            "share": [*_share_at(ordered, tops), gini(ordered)],
            "low": low,
            "high": high,
        }
    )


def simulated_population(purchase_fit, spend_fit, T, *, size=200_000, seed=21) -> pd.DataFrame:
    """Customers drawn from a fitted population, with what they would spend on average and did.

    A drawn customer has an own purchase rate, an own way of leaving and an own value per purchase.
    `lasting` is what these lead to on average over T weeks, `realised` is one outcome of chance.

    Parameters
    ----------
    purchase_fit : Fit
        BG/NBD, modified BG/NBD or Pareto/NBD.
    spend_fit : Fit
        Gamma-Gamma (params p, q, v).
    T : array of float
        Weeks since the first purchase, sampled with replacement.
    size, seed : int
        Number of customers, and the seed of the random generator.

    Returns
    -------
    DataFrame
        lasting, realised: money over T weeks, the first purchase included.

    Notes
    -----
    Purchases follow a Poisson process of rate L. BG/NBD: a customer leaves after a purchase with
    probability p, so the count is min(Poisson(L T), geometric(p)) with mean (1 - exp(-L p T)) / p;
    the modified model allows leaving right after the first purchase; in Pareto/NBD an exponential
    lifetime of rate mu ends it. Value per purchase: gamma with shape p and an own rate.
    """
    rng = np.random.default_rng(seed)
    T = rng.choice(np.asarray(T, dtype=float), size)
    expected, count = _purchases(purchase_fit, T, rng)
    own_rate = rng.gamma(spend_fit.params["q"], 1 / spend_fit.params["v"], size)
    shape = spend_fit.params["p"]
    return pd.DataFrame(
        {
            "lasting": (1 + expected) * shape / own_rate,
            "realised": rng.gamma(shape * (1 + count)) / own_rate,
        }
    )


def lasting_shares(population: pd.DataFrame, *, tops=TOPS) -> pd.DataFrame:
    """Top shares in a simulated population: as realised, and with the luck taken out.

    Parameters
    ----------
    population : DataFrame
        lasting, realised, from `simulated_population`.

    Returns
    -------
    DataFrame
        top, realised, lasting (shares 0-1) and luck = realised - lasting. The share without luck
        comes from the fitted population, not from each customer's own estimate: those are pulled
        towards the mean and would blame too much on luck.
    """
    realised = _share_at(_descending(population["realised"]), tops)
    lasting = _share_at(_descending(population["lasting"]), tops)
    return pd.DataFrame(
        {"top": tops, "realised": realised, "lasting": lasting, "luck": realised - lasting}
    )


def loss_of_top(values: pd.DataFrame, *, counts=(1, 10, 50, 100, 200, 500)) -> pd.DataFrame:
    """What goes when the k most valuable customers leave.

    Parameters
    ----------
    values : DataFrame
        customer_id, clv, gross_amount: one row per customer.
    counts : sequence of int
        Values of k; those above the number of customers are left out.

    Returns
    -------
    DataFrame
        customers, clv, clv_share, past_share (shares 0-1), average_customers: how many average
        customers are worth as much. Ordered by expected value; ties keep their order.
    """
    ordered = values.sort_values("clv", ascending=False, kind="stable")
    counts = np.array([k for k in counts if k <= len(ordered)], dtype=int)
    clv = np.cumsum(ordered["clv"].to_numpy())
    past = np.cumsum(ordered["gross_amount"].to_numpy())
    lost = clv[counts - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return pd.DataFrame(
            {
                "customers": counts,
                "clv": lost,
                "clv_share": lost / clv[-1],
                "past_share": past[counts - 1] / past[-1],
                "average_customers": lost / (clv[-1] / len(ordered)),
            }
        )


def _purchases(fit, T, rng):
    params, size = fit.params, len(T)
    rate = rng.gamma(params["r"], 1 / params["alpha"], size)
    if fit.model == "Pareto/NBD":
        leaving = np.maximum(rng.gamma(params["s"], 1 / params["beta"], size), 1e-12)
        alive = np.minimum(T, rng.exponential(1 / leaving))
        return rate * -np.expm1(-leaving * T) / leaving, rng.poisson(rate * alive)
    leaving = np.clip(rng.beta(params["a"], params["b"], size), 1e-12, 1)
    bought = rng.poisson(rate * T)
    last = np.minimum(rng.geometric(leaving), 2**31)
    expected = -np.expm1(-rate * leaving * T) / leaving
    if fit.model == "modified BG/NBD":
        return (1 - leaving) * expected, np.minimum(bought, last - 1)
    return expected, np.minimum(bought, last)


def _descending(amounts):
    return np.sort(np.clip(np.asarray(amounts, dtype=float), 0, None))[::-1]


def _share_at(ordered, tops):
    value = np.concatenate([[0], np.cumsum(ordered)])
    customers = np.linspace(0, 1, len(value))
    return np.interp(np.asarray(tops, dtype=float), customers, value / value[-1])


def _blocks(ordered, blocks):
    if len(ordered) <= blocks:
        return np.ones(len(ordered), dtype=int), ordered
    # Half of the blocks are single customers at the top, where one customer moves the shares.
    head = blocks // 2
    edges = np.unique(
        np.concatenate([np.arange(head), np.linspace(head, len(ordered), head + 1).astype(int)])
    )
    sizes = np.diff(edges)
    return sizes, np.add.reduceat(ordered, edges[:-1]) / sizes
