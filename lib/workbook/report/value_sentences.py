"""What the customer-value report says between its figures, from finished results."""

from math import isnan

from .value_words import LEAST_HEADROOM, METHODS, in_a_row

__all__ = [
    "alive_sentence",
    "answer_sentence",
    "headroom_sentence",
    "list_columns",
    "list_sentence",
    "missing_tables",
    "newcomers_sentence",
    "split_sentence",
    "total_sentences",
]


def newcomers_sentence(report, check, *, last_new):
    """What the forecast can't hold: customers who came later, or a file of one cohort."""
    t, fmt = report.t, report.fmt
    if check is None or check.model is None:
        return ""
    if check.new["customers"]:
        return report.tn(
            "In the same time {n} new customer came and brought {share} of the money; no forecast "
            "of known customers holds them.",
            "In the same time {n} new customers came and brought {share} of the money; no forecast "
            "of known customers holds them.",
            check.new["customers"],
            share=fmt.percent(check.new["amount_share"]),
        )
    return t(
        "No customer was new after {date}: these data follow a closed group, so nothing here "
        "speaks about customers won later, nor about the company's whole revenue.",
        date=fmt.date(last_new),
    )


def answer_sentence(report, total, *, customers, basis_word, level, months):
    """What all known customers are worth, as the report's answer."""
    t, fmt = report.t, report.fmt
    return t(
        "The {n} customers known today are worth {total} of {basis} over the next {months}; the "
        "{level} interval goes from {low} to {high}.",
        n=fmt.count(customers),
        total=fmt.money(total["total"]),
        basis=basis_word,
        months=fmt.months(months),
        level=level,
        low=fmt.money(total["low"]),
        high=fmt.money(total["high"]),
    )


def total_sentences(report, total, *, basis_word, level, horizon_months, discount_rate_annual):
    """The total with both of its intervals."""
    t, fmt = report.t, report.fmt
    if isnan(total["total"]):
        return ""
    first = t(
        "Customers known today are worth {total} of {basis} over {months}, discounted at {rate} a "
        "year; customers still to be won are not in it.",
        total=fmt.money(total["total"]),
        basis=basis_word,
        months=fmt.months(horizon_months),
        rate=fmt.percent(discount_rate_annual),
    )
    model = fmt.interval(total["model_low"], total["model_high"], fmt.money)
    if isnan(total["past_low"]):
        second = t(
            "The {level} interval, {model}, is the model's own; too few forecasts could be made "
            "from past days to add their errors, so it is rather too narrow.",
            level=level,
            model=model,
        )
    else:
        second = t(
            "The {level} interval is the wider of two: the model's own, {model}, and the one that "
            "the errors of past forecasts give, {past}.",
            level=level,
            model=model,
            past=fmt.interval(total["past_low"], total["past_high"], fmt.money),
        )
    return in_a_row(report, first, second)


def alive_sentence(report, values, purchase_fit, alive_fit):
    """How many are still active, which model says so, and why that one."""
    if purchase_fit is None:
        return ""
    t = report.t
    if alive_fit.model == "BG/NBD":
        return t(
            "No probability of being active can be shown for customers who bought once: under BG/NBD "
            "it is always one, as nobody can leave before the second purchase."
        )
    return t(
        "{share} of the customers are still active on the reporting date, as the {model} estimates "
        "it. BG/NBD would call everybody active who bought once, as nobody can leave before the "
        "second purchase.",
        share=report.fmt.percent(values["probability_alive"].mean()),
        model=t(METHODS[alive_fit.model]),
    )


def split_sentence(report, split, *, share):
    """High-value against other customers as an exact product of frequency and money."""
    t, fmt = report.t, report.fmt
    split = split.set_index("group")
    if "low" not in split.index or not split.loc["low", "mean_clv"] > 0:
        return t("There are too few customers to set the most valuable against others.")
    high, low = split.loc["high"], split.loc["low"]
    return t(
        "The top {share} by expected value are worth {ratio} times as much each as the others: "
        "arithmetically {often} times the purchases, at {much} times the money per purchase.",
        share=fmt.percent(share, 0),
        ratio=fmt.number(high["mean_clv"] / low["mean_clv"]),
        often=fmt.number(high["purchases"] / low["purchases"]),
        much=fmt.number(high["value_per_purchase"] / low["value_per_purchase"]),
    )


def headroom_sentence(report, room, *, basis_word, horizon_months):
    """Headroom of high-value customers, and what the number is not."""
    t, fmt = report.t, report.fmt
    if not room["share"] >= LEAST_HEADROOM:
        return t("No headroom can be computed: nobody is expected to spend below the middle.")
    first = t(
        "{below} of the {of} high-value customers are expected to spend less per purchase than "
        "{middle}, the middle of their group. If they rose to it, at the purchases expected "
        "anyway, that would be {amount} of {basis} over {months}, {share} on top of what the "
        "group is expected to spend.",
        below=fmt.count(room["customers"]),
        of=fmt.count(room["of"]),
        middle=fmt.money(room["middle"]),
        amount=fmt.money(room["amount"]),
        basis=basis_word,
        months=fmt.months(horizon_months),
        share=fmt.percent(room["share"]),
    )
    second = t(
        "This is arithmetic. Chance is already taken out of both sides, but nothing here shows "
        "that a customer can be moved: that takes a test with a control group drawn at random. "
        "What these customers spend elsewhere is unknown; it would need the column "
        "estimated_wallet of the table customers."
    )
    return f"{first}\n\n{second}"


def missing_tables(report, tables):
    """One sentence per question that needs a table or column that is not there."""
    t = report.t
    texts = []
    if "spend" not in tables:
        texts.append(
            t(
                "Not possible: needs the table spend (cost by month and channel). With it, value "
                "is set against the cost of winning a customer, with the months to earn it back."
            )
        )
    if "contracts" not in tables:
        texts.append(
            t(
                "Not possible: needs the table contracts. With it, customers under contract are "
                "valued by their renewals (sBG and BdW models) instead of their purchases."
            )
        )
    if not tables.has("orders", "cost"):
        texts.append(
            t(
                "Value by margin needs the column cost of orders, or a gross_margin among the "
                "params."
            )
        )
    return "\n\n".join(texts)


def list_sentence(report, check):
    """How the customer list is ordered, and why."""
    t = report.t
    if check is None or check.model is None:
        return t("The list is ordered by expected value; that order could not be checked.")
    if check.ranks_better:
        return t("The list is ordered by expected value.")
    return t(
        "The list is ordered by past spend, as the model's ranking did not prove better; expected "
        "values stand beside it."
    )


def list_columns(report, basis_word):
    """Headings of the customer list, each with its unit or what it counts."""
    t = report.t
    return {
        "rank": t("Rank"),
        "customer_id": t("Customer"),
        "frequency": t("Repeat purchases so far"),
        "gross_amount": t("Revenue so far"),
        "probability_alive": t("Probability of being active"),
        "expected_purchases": t("Expected purchases"),
        "value_per_purchase": t("Expected money per purchase"),
        "clv": t("Expected value ({basis})", basis=basis_word),
        "clv_low": t("Interval from"),
        "clv_high": t("to"),
        "buys_at_all": t("Probability of buying at all"),
    }
