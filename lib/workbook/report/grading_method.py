"""What the grading report says about its definitions, assumptions and limits."""

from workbook.analysis.long_term_value import SAMPLE
from workbook.analysis.receivables import MOST

from .grading_words import basis_word, missing

__all__ = ["assumptions", "definitions"]


def definitions(report, grading, cadence, *, a_share=0.80):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    year = t("12 months to the reporting date")
    day = t("reporting date")
    basis = basis_word(report, "revenue" if grading is None else grading.basis)
    rules = grading.rules if grading is not None else None
    tiers = "" if rules is None else t(
        "strategic from {top}, important from {some} points",
        top=fmt.number(rules.strategic_from, 0), some=fmt.number(rules.important_from, 0),
    )  # fmt: skip
    return [
        (t("Points of a customer"), t("weighted mean of need, ability to pay, long-term value and willingness, 0 to 100; {tiers}", tiers=tiers),
         t("customers who have bought"), t("two years to the reporting date"), t("orders, and every table named with the indicators")),
        (t("Sure of the tier"), t("weightings under which the tier is the same"),
         t("all weightings of the four factors (weights of 0 and more that add up to 1)"), day, t("the same")),
        (t("Contribution"), t("{basis} of the customer", basis=basis), "–", year, t("orders")),
        (t("ABC class"), t("A: first customers that make {a} of the contribution; B: up to 95 %", a=fmt.percent(a_share, 0)),
         t("positive contribution of all customers"), year, t("orders")),
        (t("DSO"), t("open receivables x 365"), t("invoiced in the 365 days before"), day, t("invoices, payments")),
        (t("Ageing"), t("money open by days past the due date"), t("open receivables"), day, t("invoices, payments")),
        (t("Days late"), t("days from due date to payment, 0 if earlier, 60 at most; open ones up to the reporting date"),
         t("invoices due"), t("two years to the reporting date"), t("invoices, payments")),
        (t("Use of the limit"), t("open receivables"), t("last credit limit"), day, t("invoices, credit")),
        (t("Overdue for contact"), t("key accounts not contacted for more than the agreed days ({days})", days=t(", ").join(fmt.days(n) for n in cadence.values())),
         t("strategic and important customers with a cadence"), day, t("visits, events")),
        (t("Kano class"), t("customers whose two answers give the class"), t("customers asked, contradictory answers left out"),
         t("all answers"), t("needs")),
    ]  # fmt: skip


def assumptions(report, grading, paying, *, capital_cost_annual, before):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    invoices = paying.invoices
    if missing(report, grading):
        return [t("Without enough customers nothing was graded.")]
    said = [
        t("Counts become points by the customer's place among all graded, amounts by their logarithm (0 up to the median, 100 from the highest hundredth on); days late, limits, ratings and statements by the limits printed here: 60 days late and a quarter of the year's invoices overdue are worth nothing, half of the limit used is worth full points."),
        t("Statements count 120 days after their period; liquidity from 1 to 2, equity from 10 % to 40 %, profit from 0 % to 10 % of revenue make 0 to 100 points. These are rules of thumb, not limits of this trade."),
        t("An ability to pay for which only purchases speak counts 50 points at most and as not known. A customer never invoiced where others are pays at purchase."),
        t("Long-term value is the expected revenue of 36 months by a modified BG/NBD and Gamma-Gamma model for each kind of customer, running contracts added with the renewal rate of two years, discounted at {rate} a year.", rate=fmt.percent(grading.rules.discount_rate, 0)),
        t("The tiers a year before use what was known then, and the percentiles of that day."),
        t("Every comparison here is an association; no tier, visit or limit was drawn by lot."),
    ]  # fmt: skip
    if not grading.models:
        said.append(
            t(
                "No purchase model could be fitted: long-term value rests on the contribution of 12 months alone."
            )
        )
    if len(grading.table) > SAMPLE:
        said.append(t("Every customer is graded. The models of long-term value are fitted to {most} customers of each kind at most, and the traits of good customers are learnt from about {most}, all drawn at random.", most=fmt.count(SAMPLE)))  # fmt: skip
    if grading.basis == "revenue":
        said.append(
            t("Costs of goods are not known (column cost of orders): contribution is revenue here.")
        )
    if invoices is not None and invoices.count > MOST:
        said.append(t("Who pays later is looked for in the invoices of a random part of the customers, about {most} invoices; money is that of all.", most=fmt.count(MOST)))  # fmt: skip
    if invoices is not None:
        said.append(t("Capital tied up is priced at {rate} a year (parameter capital_cost_annual); losses on bad debts come on top.", rate=fmt.percent(capital_cost_annual, 0)))  # fmt: skip
        said.append(
            t(
                "Invoices of zero or less (credit notes) are left out; days late count 60 at most in averages and 150 in money."
            )
        )
    if before is None:
        said.append(
            t("Tiers a year before: not possible, fewer than 30 customers had bought by then.")
        )
    return said
