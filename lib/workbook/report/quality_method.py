"""What the data quality report says about its method and its limits."""

__all__ = ["assumptions", "definitions"]


def definitions(report):
    """Rows of the table of definitions."""
    t = report.t
    year = t("12 months to the reporting date")
    all_time = t("all data up to the reporting date")
    return [
        (t("Share filled"), t("rows with a value in the column"), t("rows of the table"), all_time,
         t("all tables")),
        (t("Share left out"), t("rows set aside or removed"), t("rows read"), t("as delivered"),
         t("all tables")),
        (t("Repurchase rate, 12 months"), t("customers with 2 or more purchase days"),
         t("customers with 1 or more"), year, t("orders")),
        (t("Bought once only"), t("customers with one purchase day"),
         t("customers with a purchase"), all_time, t("orders")),
        (t("Mean value of a purchase"), t("sum of all amounts, returns deducted"),
         t("days with a purchase, per customer"), all_time, t("orders")),
        (t("Keys without their row"), t("rows whose key is in no row of the other table"),
         t("rows with a key"), all_time, t("all tables")),
    ]  # fmt: skip


def assumptions(report, *, tolerance, gap_level):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    return [
        t(
            "A doubt is grave from {share} of the rows of its table on; a gap outside the season of "
            "holidays always is.",
            share=fmt.percent(tolerance),
        ),
        t("Nothing is dropped in silence: each row that isn't used stands in the ledger and, with "
          "file and row, in the review sheet beside the tables."),
        t("Each rule of cleaning can be switched in the client's params (cleaning: rule: false)."),
        t(
            "Gaps: median of the same days of eight weeks before and after, negative binomial, "
            "Bonferroni over all tables and periods; {share} chance that data without gaps show one.",
            share=fmt.percent(gap_level),
        ),
        t("Likely duplicates: Fellegi-Sunter on normalised names, telephone numbers, e-mail addresses "
          "and cities; the frequency of a name counts, pairs are weighed by an EM."),
        t("The smallest difference is that of two equal groups, power 80 %, two-sided 5 %; smaller "
          "groups show less. It says what a comparison could show, not that there is a difference."),
        t("That a value is there doesn't make it true: errors that contradict nothing stay unseen."),
    ]  # fmt: skip
