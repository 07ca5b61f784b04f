"""How the customer-value report defines and computes its numbers, in the reader's words."""

import numpy as np

from .value_words import METHODS, in_a_row

__all__ = ["assumptions", "definitions", "fitted_part"]


def definitions(report, *, basis_word, span, level, horizon_months, discount_rate_annual):
    """Rows of the metric definitions: name, numerator, denominator, window, source."""
    t, fmt = report.t, report.fmt
    months, orders = fmt.months(horizon_months), t("orders")
    ahead = t("{months} after the reporting date", months=months)
    return [
        (
            t("Customer lifetime value (CLV)"),
            t(
                "expected {basis} of a known customer, discounted at {rate} a year",
                basis=basis_word,
                rate=fmt.percent(discount_rate_annual),
            ),
            t("one customer"),
            ahead,
            orders,
        ),
        (
            t("Repeat purchases"),
            t("days with a purchase after the first one"),
            t("one customer"),
            span,
            orders,
        ),
        (
            t("Probability of being active"),
            t("probability that the customer has not left for good, by the model"),
            t("one customer"),
            t("on the reporting date"),
            orders,
        ),
        (
            t("Share of the top fifth"),
            t("revenue of the fifth of customers with most revenue, before returns"),
            t("revenue of all customers, before returns"),
            span,
            orders,
        ),
        (
            t("Money from the top tenth"),
            t("revenue from the tenth of customers that a method put first"),
            t("revenue from all customers known at the start"),
            t("the time held back"),
            orders,
        ),
    ]


def assumptions(
    report,
    customers,
    history,
    purchase_fit,
    spend_fit,
    past,
    *,
    wanted_margin,
    margin,
    horizon_months,
):
    """Assumptions and limits, one sentence each.

    Parameters
    ----------
    customers, history : DataFrame
        Per-customer summary, and `customer_value.spend_history` of it.
    purchase_fit, spend_fit : Fit or None
        The fits that are used.
    past : DataFrame
        `forecast_check.past_forecasts`.
    wanted_margin : bool
        Whether the params ask for margin.
    margin : float or None
        The margin that is applied; None when revenue is valued.
    """
    t = report.t
    texts = [
        t(
            "A purchase is a day with at least one order line that is not a return; several on "
            "one day count once. Time runs in weeks of seven calendar days, a month has a twelfth "
            "of 365.25 days."
        ),
        _money(report, customers, wanted_margin, margin),
        t("Customers still to be won are not valued; prices and offers are taken to stay alike."),
    ]
    if purchase_fit is not None:
        used = t(
            "The {model} is used: the likeliest of those that converged, or the one the params "
            "name. All customers are in it, those who bought once too.",
            model=t(METHODS[purchase_fit.model]),
        )
        said = t(purchase_fit.message) if purchase_fit.message else ""
        part = fitted_part(report, purchase_fit.n) if purchase_fit.n < len(customers) else ""
        texts.append(in_a_row(report, in_a_row(report, used, part), said))
    texts.append(_spend(report, customers, history, spend_fit))
    if purchase_fit is not None:
        texts.append(_intervals(report, past, horizon_months))
    return [text for text in texts if text]


def fitted_part(report, n):
    """Sentence that a purchase model is fitted to a part of very many customers."""
    t, fmt = report.t, report.fmt
    return t(
        "The purchase model is fitted to {n} customers, drawn at random, and read for all.",
        n=fmt.count(n),
    )


def _money(report, customers, wanted_margin, margin):
    t, fmt = report.t, report.fmt
    gross = customers["gross_amount"].sum()
    back = -customers["returns_amount"].sum()
    if margin is not None:
        text = t("Value counts gross margin: {share} of revenue.", share=fmt.percent(margin))
    elif wanted_margin:
        text = t(
            "Margin was asked for, but neither the column cost of orders nor gross_margin gives a "
            "margin above zero: value counts revenue."
        )
    else:
        text = t("Value counts revenue, not margin.")
    if gross > 0 and back > 0:
        more = t("Returns, {share} of revenue, are not deducted.", share=fmt.percent(back / gross))
        text = in_a_row(report, text, more)
    return text


def _spend(report, customers, history, spend_fit):
    t, fmt = report.t, report.fmt
    once = int((customers["frequency"] == 0).sum())
    zero = len(customers) - once - len(history)
    if spend_fit is None:
        return t(
            "No model of the money per purchase could be fitted ({n} customers with repeat "
            "purchases above zero); every purchase counts with the mean.",
            n=fmt.count(len(history)),
        )
    text = t(
        "Money per purchase: Gamma-Gamma model, fitted to {n} customers; left out are {once} who "
        "bought once and {zero} whose repeat purchases cost nothing. The first purchase is left "
        "out too.",
        n=fmt.count(len(history)),
        once=fmt.count(once),
        zero=fmt.count(zero),
    )
    correlation = np.nan
    if history["x"].nunique() > 1 and history["mean_value"].nunique() > 1:
        correlation = float(np.corrcoef(history["x"], history["mean_value"])[0, 1])
    if not np.isfinite(correlation):
        return text
    number = fmt.number(correlation, 2)
    if abs(correlation) < 0.2:
        more = t(
            "It takes frequency and money as independent: their correlation is {r}, small enough.",
            r=number,
        )
    else:
        more = t(
            "It takes frequency and money as independent, but their correlation is {r}: values of "
            "frequent buyers are off to that side.",
            r=number,
        )
    return in_a_row(report, text, more)


def _intervals(report, past, horizon_months):
    t, fmt = report.t, report.fmt
    text = t(
        "Intervals hold the uncertainty of the parameters and the chance in purchases and amounts; "
        "in a segment of more than {n} customers the chance is simulated for {n} of them and "
        "scaled up, which can be off by about a tenth of that part.",
        n=fmt.count(1000),
    )
    if past.empty:
        return text
    longest = max(
        (until - origin).days for origin, until in zip(past["origin"], past["until"], strict=True)
    )
    if longest < horizon_months * 30:
        more = t(
            "Past forecasts could reach {weeks} at most, less than the horizon; they overlap, so "
            "that their interval is rather too narrow.",
            weeks=fmt.weeks(longest / 7),
        )
        text = in_a_row(report, text, more)
    return text
