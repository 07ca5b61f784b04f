"""What the loyalty report says about its measures, its method and its limits."""

from .loyalty_words import there

__all__ = ["assumptions", "definitions"]


def definitions(report, *, loyal_from, referral_channel):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    year = t("12 months to the reporting date")
    return [
        (t("Repurchase rate, 12 months"), t("customers with 2 or more purchase days"),
         t("customers with 1 or more"), year, t("orders")),
        (t("Recommendation rate"), t("promoters: last answer 9 or 10"),
         t("customers who answered"), year, t("surveys, nps")),
        (t("Referral rate"),
         t("new customers with a customer who referred them, or of channel {channel}",
           channel=referral_channel),
         t("customers whose first purchase lies in the window"), year, t("customers, orders")),
        (t("Loyal buyers"), t("{n} or more purchase days, not dormant", n=fmt.count(loyal_from)),
         t("customers known for a year or longer"), t("all data up to the reporting date"),
         t("orders")),
        (t("Redemption rate"), t("offers used up to the reporting date"),
         t("offers given, the most recent left out"), t("all data up to the reporting date"),
         t("offers")),
        (t("Breakage"), t("points never redeemed in their life"), t("points earned"),
         t("all data up to the reporting date"), t("points")),
    ]  # fmt: skip


def assumptions(report, *, complete, programme, points, margin, fitted_on):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = [t("A purchase is a day with at least one line that is not a return.")]
    if not complete:
        said.append(
            t(
                "The orders are a sample of receipt lines: purchase frequency, gaps, repurchase and "
                "loyal customers are not shown, for they would be those of the sample. Sums of money "
                "are compared only in proportion, which a random sample of lines leaves as it is."
            )
        )
    else:
        said.append(
            t(
                "Loyal and dormant follow from each customer's own rhythm, fixed on {date}, as in the "
                "theme customer lifecycle.",
                date=fmt.date(fitted_on),
            )
        )
    said.append(
        t(
            "Like for like: customers who bought on as many days in the 12 months before and began in "
            "the same quarter of the window (Mantel, Haenszel)."
        )
    )
    if there(programme):
        said += [
            t(
                "Programme: group-time differences (Callaway, Sant'Anna 2021) in proportion, windows of "
                "{days}. A joining is set against customers who had not joined by then, in the same "
                "month, quarter or year, known as long, with as many purchases in the window before; "
                "joining purchases are left out on both sides.",
                days=fmt.days(report.params["window_days"]),
            ),
            t(
                "Most people join with a purchase, so those who leave the comparison by joining have "
                "bought more than those who stay: leaving them out would favour the programme. They are "
                "kept, and what they buy after joining counts as changed like the members' own "
                "(g-estimation; Robins 1994)."
            ),
            t(
                "Whoever joins has made every earlier purchase without joining, so members' earlier "
                "purchases are fewer than they would be by chance. How many are willing to join, and "
                "how likely each purchase is the joining, is estimated (mixture cure model; Farewell "
                "1982), and earlier purchases are weighted up accordingly on both sides."
            ),
            t(
                "Equal trends can't be proven. The page shows the windows before joining, and how much "
                "trends might part after it (Rambachan, Roth 2023)."
            ),
        ]
    if there(points):
        said.append(
            t(
                "Points carry no names: their fate by age is read from how redemptions follow earnings "
                "(distributed lag, least squares not below nil), not by matching each use to the "
                "oldest points, which takes too many for used. Points not used within {months} count "
                "as never used (param points_live_months).",
                months=fmt.months(report.params["points_live_months"]),
            )
        )
    if margin is not None:
        said.append(t("Gross margin: {share} of revenue.", share=fmt.percent(margin)))
    said.append(t("Intervals draw customers again, not rows."))
    return said
