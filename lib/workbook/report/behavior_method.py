"""What the behaviour report says about its definitions, method and limits."""

__all__ = ["assumptions", "definitions"]


def definitions(report, *, gap_minutes, silence_days):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    orders, events = t("orders"), t("events")
    whole, year = t("all data up to the reporting date"), t("12 months to the reporting date")
    return [
        (t("Purchase cycle"), t("median gap between two purchase days of a customer"),
         t("completed gaps"), whole, orders),
        (t("Regularity k"), t("shape of a customer's gaps, from the latest two"),
         t("customers with three purchase days or more"), whole, orders),
        (t("Share of a best seller"), t("money of the product"), t("money of all products"), year, orders),
        (t("Support"), t("baskets with both products"), t("all baskets"), whole, orders),
        (t("Lift"), t("baskets with both products"),
         t("baskets expected if products were bought independently"), whole, orders),
        (t("Session"), t("events of a visitor with no pause above {n} minutes", n=fmt.count(gap_minutes)),
         t("events on the site or in the app"), whole, events),
        (t("Conversion"), t("sessions with an order"), t("sessions"), whole, events),
        (t("Journey"), t("touchpoints of a visitor up to an order or {days} of silence",
                         days=fmt.days(silence_days)), t("events of all channels"), whole, events),
        (t("Drop-off"), t("journeys that end at a touchpoint without an order"),
         t("journeys that came there and are over"), whole, events),
        (t("Pain"), t("journeys that leave there in a year × value of one that goes on × median wait"),
         t("sum over touchpoints"), whole, t("events, orders")),
        (t("Deal cycle"), t("median days from opening to won"), t("deals won"), whole, t("deals")),
    ]  # fmt: skip


def assumptions(report, purchases, products, browsed, study, segments, *, by, recovery_share):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = []
    if segments is None or not len(segments):
        said.append(
            t("Comparisons of segments: not possible, needs the table orders.")
            if by == "value"
            else t("Comparisons of segments: not possible, needs the column {column}.",
                   column=f"customers.{by}")
        )  # fmt: skip
    if purchases is not None:
        said += [
            t(
                "With more than 100,000 customers, paths, baskets, cycles of products and suggestions are read from about so many, drawn by a hash of their ids."
            ),
            t("A purchase is a day with at least one line that is not a return."),
            t(
                "Intervals draw customers again (in blocks), since purchases of one customer resemble each other."
            ),
            t(
                "Regularity: Wheat, Morrison 1990; it holds whatever each customer's own pace, for customers with three "
                "purchase days or more."
            ),
        ]
    if products is not None and products.baskets is not None:
        said.append(
            t(
                "A basket is an order; lift is corrected for basket size, and false discoveries are held at 5 %."
            )
            if products.baskets.by_order
            else t(
                "Orders carry no number, so a basket is all that a customer bought in a day; lift is corrected for basket "
                "size, and false discoveries are held at 5 %."
            )
        )
    if browsed is not None:
        said.append(
            t(
                "{unknown} of {events} events on the site or in the app belong to nobody known and can't be put into sessions.",
                unknown=fmt.count(browsed.unknown),
                events=fmt.count(browsed.events),
            )
        )
        if browsed.part < 1:
            said.append(
                t(
                    "Sessions, pages and products looked at were read of a random {share} of the persons; their numbers are scaled up.",
                    share=fmt.percent(browsed.part),
                )
            )
    if study is not None:
        said += [
            t(
                "Journeys still warm on the reporting date are not counted as left. Of those who leave, an assumed {share} is "
                "taken as what an improvement might keep: an assumption, not a result.",
                share=fmt.percent(recovery_share, 0),
            ),
            t(
                "One person with several devices counts as several visitors until a name joins them."
            ),
        ]
        if study.journeys.part < 1:
            said.append(
                t(
                    "Journeys were read from a random {share} of the visitors.",
                    share=fmt.percent(study.journeys.part),
                )
            )
    said.append(
        t(
            "Shifts: a fall is called a problem only where two years of data let seasons be taken off, and when its chance is "
            "below 0.2 % over all series together, given how customers differ and what strikes all of them at once."
        )
    )
    said.append(
        t(
            "All comparisons are associations; what a change would bring, a test with two groups has to show."
        )
    )
    return said
