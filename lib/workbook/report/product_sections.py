"""What sells, to whom, and how long until it sells again, as figures of the behaviour report."""

import pandas as pd

from . import charts
from .behavior_words import named_value

__all__ = ["show_best_sellers", "show_categories", "show_cycles", "show_deals"]


def show_best_sellers(report, products):
    """Best sellers with the certainty of their places."""
    t, fmt = report.t, report.fmt
    if products is None or products.best is None:
        report.text(t("Best sellers, cycles and baskets: not possible, needs orders with product."))
        return
    best = products.best
    if not len(best):
        report.text(t("Nothing was bought in the last 12 months: there are no best sellers."))
        return
    table = best.assign(
        places=[
            fmt.count(low) if low == high else f"{fmt.count(low)}–{fmt.count(high)}"
            for low, high in zip(best["place_low"], best["place_high"], strict=True)
        ]
    )
    first = table.iloc[0]
    valued = bool(best["valued"].iloc[0])
    title = (
        t("{product} sells most: {share} of the money", product=first["product"],
          share=fmt.percent(first["share"]))
        if valued
        else t("{product} sells most: {share} of the purchases", product=first["product"],
               share=fmt.percent(first["share"]))
    )  # fmt: skip
    if first["place_high"] > 1:
        title = t(
            "No product is clearly first: {product} is between places {low} and {high}",
            product=first["product"],
            low=fmt.count(first["place_low"]),
            high=fmt.count(first["place_high"]),
        )
    columns = {
        "product": t("Product"),
        "customers": (t("Customers"), fmt.count),
        "purchases": (t("Purchase days"), fmt.count),
        "amount": (t("Money"), fmt.money),
        "share": (t("Share"), fmt.percent),
        "places": t("Place lies between"),
    }
    if not valued:
        del columns["amount"]
    if table["change"].notna().any():
        columns |= {
            "share_before": (t("Share the year before"), fmt.percent),
            "change": (t("Change"), fmt.points),
            "change_low": (t("Interval from"), fmt.points),
            "change_high": (t("to"), fmt.points),
        }
    report.figure(
        charts.plot_bars(
            table.head(10),
            label="product",
            value="share",
            low="low",
            high="high",
            form=fmt.percent,
            title=title,
            alt=t("Bars: share of each best seller in the last 12 months, with intervals."),
        ),
        subtitle=t("Share of the last 12 months, with interval"),
        note=t(
            "Places move when other customers of the same kind are drawn: small gaps mean nothing."
        ),
        numbers=table,
        columns=columns,
    )


def show_categories(report, products, interest, *, cut):
    """Categories with most money, and which segments buy which; `interest` None without segments."""
    t, fmt = report.t, report.fmt
    if products is None:
        return
    if products.categories is None:
        report.text(t("Interest by category: not possible, needs orders with category."))
        return
    if interest is None or not len(interest):
        report.text(
            t("Interest by segment: too few customers in every segment of the last 12 months.")
        )
        return
    pair = interest["segment"].unique()
    if len(pair) == 2:  # the other one would say the same turned round
        interest = interest[interest["segment"] == pair[0]]
    clear = interest[interest["p_holm"] < 0.05]
    table = (clear if len(clear) else interest).copy()
    table = table.reindex(table["difference"].abs().sort_values(ascending=False).index).head(12)
    caption = t(
        "Share of a segment's customers who bought the category in the last 12 months, against the other "
        "customers ({cut}); only differences beyond chance (Holm over {n} comparisons).",
        cut=cut,
        n=fmt.count(len(interest)),
    )
    if not len(clear):
        caption = t(
            "No difference between segments is beyond chance ({cut}, Holm over {n} comparisons); the "
            "largest ones are shown.",
            cut=cut,
            n=fmt.count(len(interest)),
        )
    report.table(
        table,
        columns={
            "segment_name": t("Segment"),
            "category": t("Category"),
            "customers": (t("Customers"), fmt.count),
            "share": (t("Share who bought"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "others": (t("among the others"), fmt.percent),
            "difference": (t("Difference"), fmt.points),
        },
        caption=caption,
    )


def show_cycles(report, products):
    """How long until the same product is bought again, longest first."""
    t, fmt = report.t, report.fmt
    if products is None or products.cycles is None:
        return
    table = products.cycles[products.cycles["gaps"] >= 20]
    if not len(table):
        report.text(t("No product was bought again often enough for a cycle of its own."))
        return
    longest = table.iloc[0]
    shown = pd.concat([table.head(6), table.tail(4)]).drop_duplicates("product")
    report.figure(
        charts.plot_bars(
            shown,
            label="product",
            value="median_seen",
            low="seen_low",
            high="seen_high",
            form=fmt.days,
            highlight=[str(longest["product"])],
            title=t(
                "Longest cycle: {product}, {days} between two purchases ({interval})",
                product=longest["product"],
                days=fmt.days(longest["median_seen"]),
                interval=fmt.interval(longest["seen_low"], longest["seen_high"], fmt.days),
            ),
            alt=t("Bars: median days between two purchases of the same product, with intervals."),
        ),
        subtitle=t(
            "Median of completed gaps between a customer's purchases of the product: the longest and the "
            "shortest of {n} products",
            n=fmt.count(len(table)),
        ),
        note=t(
            "Where intervals overlap, the order of products may be chance. Completed gaps alone look short where few "
            "come back: the last columns of the table count those still waiting as well (Kaplan-Meier)."
        ),
        numbers=table,
        columns={
            "product": t("Product"),
            "customers": (t("Customers"), fmt.count),
            "again": (t("bought it again"), fmt.percent),
            "gaps": (t("Gaps"), fmt.count),
            "median_seen": (t("Median gap, completed"), fmt.days),
            "seen_low": (t("Interval from"), fmt.days),
            "seen_high": (t("to"), fmt.days),
            "within_year": (t("Bought again within a year"), fmt.percent),
            "within_low": (t("Interval from"), fmt.percent),
            "within_high": (t("to"), fmt.percent),
            "median": (t("Half bought again after"), fmt.days),
        },
    )


def show_deals(report, deals):
    """The other sales cycle: a deal from opening to won."""
    t, fmt = report.t, report.fmt
    if deals is None:
        report.text(
            t("Sales cycle of deals: not possible, needs the table deals with closed_at and won.")
        )
        return
    names = [
        t("all deals") if product is None else named_value(report, product)
        for product in deals.cycles["product"]
    ]
    report.table(
        deals.cycles.assign(name=names),
        columns={
            "name": t("Deals by product"),
            "deals": (t("Deals"), fmt.count),
            "won": (t("won"), fmt.count),
            "lost": (t("lost"), fmt.count),
            "open": (t("open"), fmt.count),
            "median_won": (t("Opening to won, median"), fmt.days),
            "median_low": (t("Interval from"), fmt.days),
            "median_high": (t("to"), fmt.days),
            "within": (t("Won within 90 days"), fmt.percent),
            "within_low": (t("Interval from"), fmt.percent),
            "within_high": (t("to"), fmt.percent),
        },
        caption=t(
            "The sales cycle of a deal, beside the cycle of a product above: the one ends with winning, the "
            "other starts again with every purchase. Open deals count as far as they were followed."
        ),
    )
    if deals.stages is not None and len(deals.stages):
        report.table(
            deals.stages,
            columns={
                "stage": t("Stage of a deal"),
                "deals": (t("Deals"), fmt.count),
                "waits": (t("Wait for the next stage, median"), fmt.days),
                "lost": (t("lost here"), fmt.count),
                "lost_share": (t("Share lost here"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
            },
        )
