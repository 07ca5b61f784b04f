"""Readers' words for the codes that analysis and intake hand over."""

from .language import N_

__all__ = [
    "KINDS",
    "LEDGER",
    "MONEY_BASES",
    "MONEY_KINDS",
    "RUNGS",
    "STATUSES",
    "TABLES",
    "THEMES",
    "term",
]

THEMES = {
    "data_quality": N_("Data quality"),
    "problem_identification": N_("Problem identification and diagnosis"),
    "segmentation": N_("Customer segmentation"),
    "lifecycle": N_("Customer lifecycle"),
    "churn": N_("Customer churn"),
    "clv": N_("Customer value"),
    "satisfaction": N_("Customer satisfaction"),
    "behavior": N_("Customer behaviour and journey"),
    "service": N_("Customer service and complaints"),
    "loyalty": N_("Customer loyalty"),
    "acquisition": N_("Customer acquisition"),
    "grading": N_("Customer selection and grading"),
    "prediction": N_("Customer behaviour prediction"),
    "market": N_("Market and competition"),
    "monitoring": N_("Monitoring and evaluation"),
    "summary": N_("Management summary"),
}
RUNGS = {
    "descriptive": N_("descriptive"),
    "diagnostic": N_("diagnostic"),
    "predictive": N_("predictive"),
    "causal": N_("causal"),
}
KINDS = {"problem": N_("problem"), "opportunity": N_("opportunity"), "fact": N_("fact")}
MONEY_BASES = {
    "revenue": N_("revenue"),
    "gross_margin": N_("gross margin"),
    "contribution": N_("contribution margin"),
}
MONEY_KINDS = {
    "loss_so_far": N_("loss so far, per year"),
    "expected_loss": N_("expected loss per year"),
    "opportunity": N_("opportunity per year"),
}
STATUSES = {
    "done": N_("done"),
    "unchanged": N_("unchanged"),
    "skipped": N_("skipped"),
    "failed": N_("failed"),
}
TABLES = {
    "orders": N_("orders table"),
    "customers": N_("customers table"),
    "contracts": N_("contracts table"),
    "events": N_("events table"),
    "visits": N_("visits table"),
    "surveys": N_("surveys table"),
    "leads": N_("leads table"),
    "deals": N_("deals table"),
    "deal_stages": N_("deal stages table"),
    "campaigns": N_("campaigns table"),
    "offers": N_("offers table"),
    "spend": N_("spend table"),
    "invoices": N_("invoices table"),
    "payments": N_("payments table"),
    "credit": N_("credit table"),
    "financials": N_("financials table"),
    "memberships": N_("memberships table"),
    "points": N_("points table"),
    "tickets": N_("tickets table"),
    "ticket_steps": N_("ticket steps table"),
    "survey_invites": N_("survey invitations table"),
    "feedback": N_("feedback table"),
    "staff_feedback": N_("staff feedback table"),
    "contacts": N_("contact persons table"),
    "staff": N_("staff table"),
    "needs": N_("needs table"),
    "market": N_("market table"),
    "panel": N_("panel table"),
    "fx": N_("exchange rates table"),
    "targets": N_("targets table"),
    "calendar": N_("calendar table"),
    "actions": N_("actions table"),
}
# one entry per rule of workbook.intake.rules.RULES
LEDGER = {
    "encoding_converted": N_("file read from another encoding than UTF-8"),
    "blank_row": N_("rows without any value, left out"),
    "totals_row": N_("rows of sums, left out"),
    "not_kept": N_("rows that the mapping leaves out"),
    "ambiguous_join": N_(
        "rows whose key stands in several differing rows of the other file, first one taken"
    ),
    "unmatched_join": N_("rows whose key is in no row of the other file, left empty"),
    "no_customer": N_("rows without a customer, set aside"),
    "no_date": N_("rows without a date, set aside"),
    "unreadable_date": N_("rows with an unreadable date, set aside"),
    "no_amount": N_("rows without an amount, set aside"),
    "unreadable_amount": N_("rows with an unreadable amount, set aside"),
    "infinite_amount": N_("rows with an infinite amount, set aside"),
    "date_out_of_range": N_("rows dated before 1990, set aside"),
    "unreadable_end": N_("contracts with an unreadable end, set aside"),
    "end_before_start": N_("rows that end before they start, set aside"),
    "test_account": N_("rows of test accounts or staff, set aside"),
    "other_currency": N_("amounts in another currency without a rate, set aside"),
    "exact_duplicates_removed": N_("exact duplicates of a line, removed"),
    "repeated_key_removed": N_("earlier rows of a key that a later row has too, removed"),
    "merged_row_removed": N_("customer rows merged into another one, removed"),
    "possible_duplicates_removed": N_("possible duplicates, removed as asked"),
    "unknown_customer_removed": N_("rows of unknown customers, removed as asked"),
    "possible_duplicates_kept": N_("possible duplicates, kept"),
    "repeated_line_kept": N_("line ids on several different rows, kept"),
    "unknown_customer_kept": N_("rows of unknown customers, kept"),
    "negative_sale_kept": N_("negative amounts said to be no return, kept"),
    "likely_duplicates": N_("pairs of customers who are probably one, listed for review"),
    "merged_customers": N_("rows moved to the customer that theirs was merged into"),
    "return_made_negative": N_("returns with a positive amount, sign turned"),
    "currency_converted": N_("amounts in another currency, converted"),
    "impossible_value": N_("impossible values, left empty"),
    "value_not_listed": N_("values outside the codebook's list, kept"),
    "unreadable_value": N_("unreadable values of optional columns, left empty"),
    "contact_masked": N_("texts with a telephone number or e-mail address, masked"),
    "id_digits_lost": N_("ids that had lost their last digits before they arrived"),
    "after_as_of": N_("rows after the reporting date, set aside"),
    "later_value_emptied": N_("days after the reporting date in earlier rows, left empty"),
}


def term(language, table, code):
    """The reader's word for a code; a code without one is shown as it is, underscores as spaces."""
    if code in table:
        return language.t(table[code])
    return str(code).replace("_", " ")
