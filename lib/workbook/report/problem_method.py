"""What the problem report says about its measures, its method and its limits."""

__all__ = ["assumptions", "definitions"]


def definitions(report):
    """Rows of the table of definitions."""
    t = report.t
    year, two = t("12 months to the reporting date"), t("three years to the reporting date")
    orders = t("orders")
    return [
        (t("Revenue before returns"), t("amounts of order lines that are no returns"), t("none"), year, orders),
        (t("Purchase days per buyer"), t("days on which a customer bought"), t("customers who bought"), year, orders),
        (t("Revenue per purchase day"), t("revenue before returns"), t("purchase days"), year, orders),
        (t("Buyers who bought again the year after"), t("of these, customers who bought in the 12 months after"), t("customers who bought in the 12 months before"), year, orders),
        (t("Market share"), t("own sales in the market figures"), t("sales of the market"), year, t("the theme on the market")),
        (t("Expected value of a present customer (CLV)"), t("expected value of all present customers"), t("customers with a purchase"), t("horizon, discount and basis as in the theme on customer value"), t("the theme on customer value")),
        (t("purchases of customers won earlier"), t("purchase days after the first"), t("weeks since the first purchase, like customers of the same kind and the same quarter of first purchase"), two, orders),
        (t("days to delivery"), t("days from order to delivery"), t("purchase days delivered; the last three weeks left out"), two, orders),
        (t("share of lines returned"), t("lines sold that came back"), t("lines sold; the last six weeks left out"), two, orders),
        (t("satisfaction"), t("sum of the answers"), t("answers on the scale"), two, t("surveys")),
        (t("contracts ending"), t("contracts that ended and were not renewed"), t("weeks of running contracts"), two, t("contracts")),
        (t("days paid late"), t("days from due date to payment, 60 at most"), t("invoices due 60 days ago or earlier"), two, t("invoices")),
        (t("complaints that come again"), t("complaints followed by another of the customer and cause within 60 days"), t("complaints at least that old"), two, t("tickets")),
        (t("cost of a new customer"), t("spend of the month"), t("new customers of the month"), two, t("spend")),
        (t("Money a year"), t("what the place would have had, at the change of all other places since the start, less what it had"), t("days since the start, times a year"), t("from the start on"), t("the tables of the measure")),
    ]  # fmt: skip


def assumptions(report, books, *, interest_per_year):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = [
        t("A place is compared with all other places over the same weeks, so seasons, promotions and growth that all share fall out; what strikes every place alike is seen only in deliveries, answers, returns, contracts, payments and tickets, against the year before."),
        t("Chance is told from customers: one hundred groups of them are left out one at a time. All places of one and two columns and eight windows, a quarter more each, count as comparisons, and all measures share one budget of false alarms of 1 %."),
        t("What lies inside a place that got worse is explained by it and is not listed again; places with the same customers stand once."),
        t("Money of lost purchases: the change of purchases in the place on the revenue it made; kinds of customers are drawn together as far as chance sets them apart. First purchases, word of mouth and later years are not in it."),
        t("Late payment is valued at {interest} a year (parameter interest_per_year).", interest=fmt.percent(interest_per_year)),
        t("The tier of a customer is the one of today and follows what was bought: it is no place for measures of purchases, and falls of tiers themselves can't be dated without a history of tiers."),
        t("A problem that began less than three months ago, or in fewer than twenty customers, is not searched for; answers that come in waves date a start only to between two waves."),
        t("The page says where and since when, not why: places and times that go together are no proof of what came from what."),
    ]  # fmt: skip
    if books.people.share < 1:
        said.append(t("Search and money rest on {n} customers drawn by their id.", n=fmt.count(len(books.people.ids))))  # fmt: skip
    return said
