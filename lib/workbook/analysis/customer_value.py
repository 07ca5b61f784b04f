"""What each customer is expected to buy, and what that is worth today."""

import numpy as np
import pandas as pd

from workbook.analysis import bgnbd, gamma_gamma, mbgnbd, pareto_nbd
from workbook.analysis.customers import FITTED, counts_of_part
from workbook.analysis.likelihood import distinct

__all__ = [
    "PURCHASE_MODELS",
    "WEEKS_PER_MONTH",
    "choose_purchase_fit",
    "customer_values",
    "fit_numbers",
    "gross_margin_rate",
    "model_comparison",
    "purchase_fits",
    "spend_fit",
    "spend_history",
    "value_per_purchase",
]

#: Name of a fit's model -> the module that computes with it.
PURCHASE_MODELS = {"BG/NBD": bgnbd, "modified BG/NBD": mbgnbd, "Pareto/NBD": pareto_nbd}
WEEKS_PER_MONTH = 365.25 / 12 / 7
#: Log-likelihood by which a fit at a boundary must be ahead of one inside.
NEARLY_AS_LIKELY = 2.0


def purchase_fits(counts: pd.DataFrame, models=tuple(PURCHASE_MODELS)) -> dict:
    """Purchase models fitted to the same customers.

    Parameters
    ----------
    counts : DataFrame
        x (repeat purchases), t_x, T (weeks), n (customers with this history).
    models : sequence of str
        Among `PURCHASE_MODELS`.

    Returns
    -------
    dict of str to Fit
        Of more than 100,000 customers so many are read, drawn at random; `n` of a fit says how many.
    """
    counts = counts_of_part(counts, most=FITTED)
    return {name: PURCHASE_MODELS[name].fit(counts) for name in models}


def choose_purchase_fit(fits: dict, wanted="auto"):
    """The fit that is used: the wanted one, or the likeliest of those that converged.

    All three models have four parameters, so that the log-likelihoods compare as they stand. A
    fit at a boundary still predicts, but its parameters say less: one inside its boundaries goes
    first when it is as likely but for `NEARLY_AS_LIKELY`. None when no fit may be used.
    """
    usable = [fit for fit in fits.values() if fit.converged]
    if wanted != "auto":
        usable = [fit for fit in usable if fit.model == wanted]
    return max(
        usable,
        key=lambda fit: fit.loglik - (NEARLY_AS_LIKELY if fit.at_boundary else 0),
        default=None,
    )


def model_comparison(fits: dict, chosen=None) -> pd.DataFrame:
    """One row per purchase model: model, loglik, behind (log-likelihood lost to the best of them),
    converged, at_boundary (names, comma-separated), message, chosen."""
    best = max((fit.loglik for fit in fits.values() if fit.converged), default=np.nan)
    return pd.DataFrame(
        {
            "model": list(fits),
            "loglik": [fit.loglik for fit in fits.values()],
            "behind": [best - fit.loglik for fit in fits.values()],
            "converged": [fit.converged for fit in fits.values()],
            "at_boundary": [", ".join(fit.at_boundary) for fit in fits.values()],
            "message": [fit.message for fit in fits.values()],
            "chosen": [chosen is not None and fit.model == chosen.model for fit in fits.values()],
        }
    )


def fit_numbers(purchase, spend) -> dict:
    """Estimates by the names under which runs keep them, missing where a fit may not be used.

    Returns
    -------
    dict
        bgnbd_r, bgnbd_alpha, bgnbd_a, bgnbd_b, bgnbd_loglik, gg_p, gg_q, gg_v.
    """
    usable = purchase is not None and purchase.converged
    numbers = {
        f"bgnbd_{k}": purchase.params[k] if usable else None for k in ("r", "alpha", "a", "b")
    }
    numbers["bgnbd_loglik"] = purchase.loglik if usable else None
    return numbers | {f"gg_{k}": spend.params[k] if spend else None for k in ("p", "q", "v")}


def gross_margin_rate(orders) -> float:
    """Share of the money sold that is left after cost, over all lines that are not returns.

    Parameters
    ----------
    orders : ibis.Table
        amount (money), is_return, and cost (money per line); lines without a cost are left out.

    Returns
    -------
    float
        Not a number without a cost column, without costs, or when nothing was sold. It may be
        negative.
    """
    if "cost" not in orders.columns:
        return float("nan")
    lines = orders.filter(~orders.is_return & orders.cost.notnull() & (orders.amount > 0))
    sums = lines.aggregate(amount=lines.amount.sum(), cost=lines.cost.sum()).execute().iloc[0]
    return float(1 - sums["cost"] / sums["amount"]) if sums["amount"] else float("nan")


def spend_history(summary: pd.DataFrame) -> pd.DataFrame:
    """Customers whose repeat purchases tell what a purchase of theirs is worth.

    Parameters
    ----------
    summary : DataFrame
        frequency (repeat purchases) and repeat_amount (money), one row per customer.

    Returns
    -------
    DataFrame
        x, mean_value (money per repeat purchase), index as in `summary`; only customers with a
        repeat purchase and a mean above zero, as the Gamma-Gamma model needs.
    """
    repeaters = summary[(summary["frequency"] > 0) & (summary["repeat_amount"] > 0)]
    x = repeaters["frequency"].astype(float)
    # sums made in another order differ in their last digits: near a ridge a fit would show it
    return pd.DataFrame({"x": x, "mean_value": repeaters["repeat_amount"].round(4) / x})


def spend_fit(history: pd.DataFrame):
    """Gamma-Gamma fit of `spend_history`; None when it has no usable mean."""
    ordered = history.sort_values(["x", "mean_value"], ignore_index=True)
    fit = gamma_gamma.fit(ordered) if len(history) > 1 else None
    return fit if fit is not None and fit.converged and fit.params["q"] > 1 else None


def value_per_purchase(summary: pd.DataFrame, fit) -> np.ndarray:
    """Expected money per future purchase of each customer.

    With a Gamma-Gamma fit: the customer's own mean, pulled towards the mean of all the more, the
    fewer purchases it rests on. Without one: the mean of all repeat purchases, or of all
    purchases if there is no repeat, for everybody.
    """
    history = spend_history(summary)
    if fit is None:
        repeats = summary["frequency"].sum()
        money, count = (
            (summary["repeat_amount"].sum(), repeats)
            if history["x"].sum() > 0
            else (summary["gross_amount"].sum(), summary["purchase_days"].sum())
        )
        return np.full(len(summary), money / max(count, 1))
    known = history.reindex(summary.index).fillna(0.0)
    return np.asarray(
        gamma_gamma.expected_value(
            fit.params, known["x"].to_numpy(), known["mean_value"].to_numpy()
        ),
        dtype=float,
    )


def customer_values(
    summary: pd.DataFrame,
    purchase_fit,
    spend_fit=None,
    *,
    horizon_months=12,
    discount_rate_annual=0.10,
    margin=1.0,
    alive_fit=None,
) -> pd.DataFrame:
    """Expected purchases and customer lifetime value over a horizon, one row per customer.

    Parameters
    ----------
    summary : DataFrame
        customer_id, frequency, recency_days, T_days, purchase_days, gross_amount, repeat_amount.
    purchase_fit : Fit or None
        Of one of `PURCHASE_MODELS`, fitted in weeks. None when none may be used: then what it
        would tell is missing (NaN).
    spend_fit : Fit or None
        Gamma-Gamma fit; None: see `value_per_purchase`.
    horizon_months : float
        Months of 365.25 / 12 days.
    discount_rate_annual : float
        0.10 is 10 % a year.
    margin : float
        Share of an amount that is kept: 1 values revenue.
    alive_fit : Fit, optional
        The model whose probability of being alive is shown. BG/NBD lets nobody leave before the
        second purchase, so that the modified model serves better here.

    Returns
    -------
    DataFrame
        customer_id, frequency, x, t_x, T (weeks), gross_amount, mean_value (money per repeat
        purchase, 0 when unknown), expected_purchases, probability_alive, value_per_purchase,
        clv (money), and kept = clv / (expected_purchases x value_per_purchase).

    Notes
    -----
    clv = margin x value x integral over the horizon of (1 + d)^(-t) dE(t), E(t) the expected
    purchases up to t; by parts it needs E at a few Gauss-Legendre points only. Money per purchase
    and number of purchases are taken as independent.
    """
    x = summary["frequency"].to_numpy(float)
    t_x, T = (summary[c].to_numpy(float) / 7 for c in ("recency_days", "T_days"))
    value = value_per_purchase(summary, spend_fit)
    values = pd.DataFrame(
        {
            "customer_id": summary["customer_id"].to_numpy(),
            "frequency": summary["frequency"].to_numpy(),
            "x": x,
            "t_x": t_x,
            "T": T,
            "gross_amount": summary["gross_amount"].to_numpy(float),
            "mean_value": spend_history(summary)["mean_value"].reindex(summary.index).fillna(0.0),
            "value_per_purchase": value,
        }
    ).reset_index(drop=True)
    if purchase_fit is None:
        return values.assign(
            expected_purchases=np.nan, probability_alive=np.nan, kept=np.nan, clv=np.nan
        )
    histories, place = distinct(x, t_x, T)
    model = PURCHASE_MODELS[purchase_fit.model]
    horizon = horizon_months * WEEKS_PER_MONTH

    def expected(weeks):
        return np.asarray(model.expected_purchases(purchase_fit.params, weeks, *histories), float)

    rate = np.log1p(discount_rate_annual) / (365.25 / 7)
    points, weights = np.polynomial.legendre.leggauss(5 if rate else 1)
    times, weights = horizon * (points + 1) / 2, weights * horizon / 2
    purchases = expected(horizon)
    discounted = purchases * np.exp(-rate * horizon)
    if rate:
        terms = zip(weights, times, strict=True)
        discounted = discounted + rate * sum(w * np.exp(-rate * t) * expected(t) for w, t in terms)
    alive_fit = alive_fit or purchase_fit
    alive = PURCHASE_MODELS[alive_fit.model].probability_alive(alive_fit.params, *histories)
    kept = margin * np.divide(
        discounted, purchases, out=np.ones_like(purchases), where=purchases > 0
    )
    return values.assign(
        expected_purchases=purchases[place],
        probability_alive=np.asarray(alive, float)[place],
        kept=kept[place],
        clv=(purchases * kept)[place] * value,
    )
