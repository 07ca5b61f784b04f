"""Visits to the site or app, interest in pages and products, as figures of the behaviour report."""

from . import charts
from .behavior_words import named_segment

__all__ = ["conversion_basis", "show_interest", "show_pages", "show_sessions", "show_visitors"]


def show_sessions(report, browsed, *, gap_minutes):
    """Sessions and conversion at several session gaps, side by side."""
    t, fmt = report.t, report.fmt
    if browsed is None:
        report.text(t("Visits to the site or app: not possible, needs the table events."))
        return
    if browsed.chosen is None:
        report.text(
            t("No event tells of a visit to the site or app by anybody who can be told apart.")
        )
        return
    table = browsed.counts.assign(
        name=[
            t("the site's own sessions") if gap != gap else t("{n} minutes", n=fmt.count(gap))
            for gap in browsed.counts["gap"]
        ]
    )
    columns = {
        "name": t("A session ends after a pause of"),
        "sessions": (t("Sessions"), fmt.count),
        "visitors": (t("Visitors"), fmt.count),
        "per_visitor": (t("Sessions per visitor"), fmt.number),
        "single": (t("with one event only"), fmt.percent),
        "minutes": (t("Length of the others, median, minutes"), fmt.number),
    }
    if browsed.basis == "none":
        report.table(table, columns=columns)
        report.text(
            t(
                "Conversion: not possible, needs events of kind order, events with order_id, or orders with "
                "a time of day."
            )
        )
        return
    columns |= {
        "conversion": (t("Sessions with an order"), fmt.percent),
        "low": (t("Interval from"), fmt.percent),
        "high": (t("to"), fmt.percent),
    }
    apart = table["conversion"].max() - table["conversion"].min()
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="conversion",
            low="low",
            high="high",
            form=fmt.percent,
            title=t(
                "{share} of the sessions end with an order; the session gap moves this by {points}",
                share=fmt.percent(browsed.chosen["conversion"]),
                points=fmt.points(apart),
            ),
            alt=t(
                "Share of sessions with an order, for each length of the pause that ends a session."
            ),
        ),
        subtitle=t(
            "Session gap of this report: {n} minutes; {sessions} sessions of {visitors} visitors",
            n=fmt.count(gap_minutes),
            sessions=fmt.count(browsed.chosen["sessions"]),
            visitors=fmt.count(browsed.chosen["visitors"]),
        ),
        note=conversion_basis(report, browsed.basis),
        numbers=table,
        columns=columns,
    )


def conversion_basis(report, basis):
    """What counts as an order in a session."""
    t = report.t
    return {
        "events": t(
            "An order is an event of a kind that says so, or one that names an order. Intervals draw visitors "
            "again, not sessions."
        ),
        "orders": t(
            "No event tells of an order, so orders of the same customer were put among the events by their "
            "time: visitors who are not known by customer_id can't convert here. Intervals draw visitors "
            "again, not sessions."
        ),
    }.get(basis, "")


def show_visitors(report, browsed, *, cut):
    """Visits and conversion by segment; `cut` says what the segments are."""
    t, fmt = report.t, report.fmt
    if browsed is None or browsed.chosen is None:
        return
    table = browsed.by_segment
    if not len(table):
        report.text(
            t(
                "Visits by segment: not possible, too few customers of a segment are known in the events."
            )
        )
        return
    report.table(
        table.assign(name=[named_segment(report, segment) for segment in table["segment"]]),
        columns={
            "name": t("Segment ({cut})", cut=cut),
            "customers": (t("Customers"), fmt.count),
            "visiting": (t("visited in 12 months"), fmt.percent),
            "visiting_low": (t("Interval from"), fmt.percent),
            "visiting_high": (t("to"), fmt.percent),
            "per_visitor": (t("Sessions each"), fmt.number),
            "events": (t("Events per session"), fmt.number),
            "conversion": (t("Sessions with an order"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
        },
        caption=t(
            "Customers known by customer_id only; who browses without a name is missing here."
        ),
    )


def show_pages(report, browsed):
    """Pages most seen."""
    t, fmt = report.t, report.fmt
    if browsed is None or browsed.chosen is None:
        return
    pages = browsed.pages
    if not len(pages):
        report.text(t("Pages most seen: not possible, needs events with page."))
        return
    first = pages.iloc[0]
    report.figure(
        charts.plot_bars(
            pages,
            label="page",
            value="share",
            low="low",
            high="high",
            form=fmt.percent,
            title=t(
                "{page} is seen by most: {share} of the visitors",
                page=first["page"],
                share=fmt.percent(first["share"]),
            ),
            alt=t("Bars: share of visitors who saw each page in the last 12 months."),
        ),
        subtitle=t("Share of visitors in the last 12 months who saw the page"),
        numbers=pages,
        columns={
            "page": t("Page"),
            "visitors": (t("Visitors"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "views": (t("Events"), fmt.count),
            "views_each": (t("Events per visitor"), fmt.number),
        },
    )


def show_interest(report, browsed):
    """Products looked at, and the share of those who looked that bought."""
    t, fmt = report.t, report.fmt
    if browsed is None or browsed.chosen is None:
        return
    table = browsed.interest
    if not len(table):
        report.text(
            t(
                "Interest against purchase: not possible, needs events with customer_id and product, and "
                "orders with product."
            )
        )
        return
    usual = float(table["usual"].iloc[0])
    ordered = table.sort_values("shrunk", ascending=False)
    top = ordered.iloc[0]
    title = t(
        "{product}: {share} of those who looked bought within 30 days",
        product=top["product"],
        share=fmt.percent(top["share"]),
    )
    if top["low"] <= usual:
        title = t(
            "{share} of those who look at a product buy it within 30 days", share=fmt.percent(usual)
        )
    report.figure(
        charts.plot_intervals(
            ordered,
            label="product",
            value="share",
            low="low",
            high="high",
            reference=usual,
            reference_label=t("all products"),
            form=lambda share: fmt.percent(share, 0),
            title=title,
            alt=t("Share of customers who bought a product within 30 days of first looking at it."),
        ),
        subtitle=t("Products most looked at by known customers in 12 months"),
        note=t(
            "From the first look to a purchase within 30 days; looks of the last 30 days are left out."
        ),
        numbers=ordered,
        columns={
            "product": t("Product"),
            "viewers": (t("Customers who looked"), fmt.count),
            "bought": (t("bought"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "shrunk": (t("drawn towards all products"), fmt.percent),
        },
    )
