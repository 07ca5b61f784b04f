"""The reader's words for key figures, checks and questions of the data quality report."""

from . import terms
from .language import N_

__all__ = [
    "CHECKS",
    "FORMULAS",
    "KPIS",
    "QUESTIONS",
    "STATES",
    "doubt_words",
    "effect_words",
    "kpi_words",
    "place_words",
    "table_word",
]

KPIS = {
    "revenue": N_("Revenue"),
    "customers": N_("Customers"),
    "purchases": N_("Purchases"),
    "mean_purchase": N_("Mean value of a purchase"),
    "repurchase_rate": N_("Repurchase rate, 12 months"),
    "one_time_share": N_("Bought once only"),
}

STATES = {
    "aside": N_("set aside; without the rule they would count"),
    "kept": N_("kept; set aside, they would not count"),
    "changed": N_("changed; without the rule they would stay as they came"),
    "merged": N_("listed for review; merged, they would count as one customer"),
}

CHECKS = {
    "order_before_joining": N_("orders from before the day the customer signed up"),
    "return_before_order": N_("returns from before the order that they return"),
    "reason_without_end": N_("contracts with a reason for ending but no end"),
    "payment_before_invoice": N_("payments from before their invoice"),
    "paid_without_payment": N_("invoices marked paid without a payment"),
    "answer_before_invitation": N_("answers from before their invitation"),
    "stage_before_opening": N_("stages from before the deal was opened"),
    "step_before_opening": N_("steps from before the ticket was opened"),
    "ticket_before_joining": N_("tickets from before the day the customer signed up"),
}

QUESTIONS = {
    "repurchase_rate": N_("Repurchase rate of two groups of customers"),
    "mean_purchase": N_("Value of a purchase, two groups of customers"),
    "value_per_customer": N_("Revenue per customer, two groups of customers"),
    "yearly_revenue": N_("Revenue of one year against the year before"),
    "contract_churn": N_("Share of contracts not renewed, two groups"),
    "nps_change": N_("Net promoter score, two waves or groups"),
    "csat_change": N_("Satisfaction score, two waves or groups"),
    "complaint_share": N_("Share of complaints among tickets, two groups"),
    "resolution_time": N_("Time to resolution, two groups"),
    "lead_conversion": N_("Conversion of leads, two channels"),
    "win_rate": N_("Win rate of deals, two groups"),
    "late_payment": N_("Share of invoices paid late, two groups"),
    "redemption": N_("Share of offers redeemed, two groups"),
}

FORMULAS = {
    "share": N_("2.80 × √(2p(1 − p) ÷ (n ÷ 2)), p = share seen"),
    "nps": N_("2.80 × 2s ÷ √n, s = standard deviation of the answers"),
    "score": N_("2.80 × 2s ÷ √n, s = standard deviation of the answers"),
    "ratio": N_("exp(2.80 × 2s ÷ √n) − 1, s = standard deviation of the logarithm"),
    "trend": N_("exp(2.80 × 2s ÷ √24) − 1, s = spread of monthly revenue around its trend"),
}


def table_word(report, name):
    """The reader's word for a table."""
    return terms.term(report.language, terms.TABLES, name)


def kpi_words(report):
    """{key figure: (heading, format)} in the order shown."""
    t, fmt = report.t, report.fmt
    forms = {"revenue": fmt.money, "mean_purchase": fmt.money, "customers": fmt.count}
    forms["purchases"] = fmt.count
    return {name: (t(word), forms.get(name, fmt.percent)) for name, word in KPIS.items()}


def doubt_words(report, row):
    """What is in doubt, in a few words; `row` of `doubts.doubts`."""
    t, fmt = report.t, report.fmt
    if row.kind == "gap":
        start, end = row.detail.split(" ")
        return t(
            "gap from {start} to {end}: hardly any row where about {n} were to be expected",
            start=fmt.date(start), end=fmt.date(end), n=fmt.count(row.rows),
        )  # fmt: skip
    if row.kind == "key":
        return t("keys in {column} that are in no row of the {table}",
                 column=row.code, table=table_word(report, row.detail))  # fmt: skip
    if row.kind == "contrary":
        return t(CHECKS[row.code])
    if row.kind == "billed":
        return t("invoices come to {share} of the orders of the same months",
                 share=fmt.percent(1 + row.share))  # fmt: skip
    word = terms.term(report.language, terms.LEDGER, row.code)
    if row.kind == "value" and row.detail and row.code != "unmatched_join":
        return t("{what}: {column}", what=word, column=row.detail)
    return word


def effect_words(report, row):
    """The smallest effect of a question as text; `row` of `power.smallest_effects`."""
    t, fmt = report.t, report.fmt
    if row.effect != row.effect:
        return t("too few rows")
    if row.form == "share":
        return fmt.points(row.effect)
    if row.form == "nps":
        return t("{n} NPS points", n=fmt.number(row.effect))
    if row.form == "score":
        return t("{n} scale points", n=fmt.number(row.effect, 2))
    return t("a factor of {n}", n=fmt.number(1 + row.effect, 2))


def place_words(report, table, column):
    """ "orders table: cost", or the table alone."""
    name = table_word(report, table)
    return report.t("{table}: {column}", table=name, column=column) if column else name
