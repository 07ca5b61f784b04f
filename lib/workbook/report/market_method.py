"""What the market report says about its definitions, its method and its limits, and what it records."""

from .loyalty_words import there

__all__ = ["assumptions", "definitions", "numbers"]


def definitions(report):
    """Rows of the table of definitions."""
    t = report.t
    year = t("12 months to the last period that is over")
    return [
        (t("Share of the market"), t("own sales in the market figures"), t("size of the market in the same parts and periods"), year, t("market")),
        (t("Market, against the year before"), t("size of the market of the last 12 months"), t("size of the 12 months before, seasons alike"), year, t("market")),
        (t("Bought by (penetration)"), t("households that bought the brand"), t("households that bought the category"), t("12 months to the reporting date"), t("panel")),
        (t("Purchases per buyer"), t("purchases of the brand"), t("households that bought the brand"), t("12 months to the reporting date"), t("panel")),
        (t("Share of wallet"), t("net sales of customers whose wallet is known"), t("their estimated_wallet"), t("12 months to the reporting date"), t("orders, customers")),
        (t("Buyers per 100,000 people"), t("customers of the place who bought"), t("its population, in hundred thousands"), t("12 months to the reporting date"), t("orders, customers, market")),
        (t("Sales from new products"), t("sales of products first sold in the 12 months"), t("sales of all products"), t("12 months to the reporting date"), t("orders")),
        (t("Price level at home"), t("home money for one foreign unit, by purchasing power"), t("home money for one foreign unit, at the exchange rate"), t("latest period"), t("fx")),
    ]  # fmt: skip


def assumptions(report, study):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = [
        t("Figures of the market are taken as they stand; errors of their source are in no interval. Years are compared by the mean of their periods' logarithms, with seasons taken off and the scatter of periods as error."),
        t("A share is only formed of parts of the market and periods in which both sides are known."),
    ]  # fmt: skip
    if there(study.figures):
        aside = study.figures.aside
        if aside.get("no_rate"):
            said.append(t("{n} market figures in another currency have no exchange rate and are left out.", n=fmt.count(aside["no_rate"])))  # fmt: skip
        if aside.get("later"):
            said.append(t("{n} market figures of periods not over on the reporting date are left out.", n=fmt.count(aside["later"])))  # fmt: skip
        if study.figures.own:
            said.append(t("Taken as the own firm or brand: {names} (parameter own_names).", names=t(", ").join(map(str, study.figures.own))))  # fmt: skip
        sources = [str(s) for s in study.figures.rows["source"].dropna().unique()[:5]]
        if sources:
            said.append(t("Sources of the market figures: {sources}.", sources=t(", ").join(sorted(sources))))  # fmt: skip
    if there(study.panel):
        said += [
            t("The norm of brands is the NBD-Dirichlet (Goodhardt, Ehrenberg, Chatfield 1984), fitted by maximum likelihood; it assumes that nothing trends and that how often households buy and what they choose are independent. Chance is told by panels simulated from it."),
            t("Changes in the panel are told with households drawn again; the same households are taken to be in it in both years."),
        ]  # fmt: skip
    said += [
        t("Gaps of places and groups are arithmetic: what would be bought at the others' level. No test says that it can be reached."),
        t("Places are compared with blocks of customers drawn again, and p-values corrected by Holm; a difference is described, not explained."),
        t("What other firms try out is no data: where cases are known, they stand in the consultant's remarks."),
    ]  # fmt: skip
    return said


def numbers(study):
    """The numbers by name that tests and later runs read; None where not known."""
    share, news = study.own_share, study.news
    known = isinstance(share, dict)
    seen = study.panel if there(study.panel) else None
    own = None if seen is None else seen.measures[seen.measures["brand"].isin(seen.now.own)]
    return {
        "market_share": share["share"] if known else None,
        "market_share_ratio": share["change"].ratio if known and share["change"] else None,
        "market_growth": None if study.growth is None else study.growth.ratio - 1,
        "firms": len(study.firms) if there(study.firms) else None,
        "panel_buyers": None if seen is None else seen.now.buyers,
        "panel_share": None if own is None or own.empty else own["share"].sum(),
        "dirichlet_strength": seen.model.strength if seen and seen.model else None,
        "wallet_share": study.wallets[1]["share"] if there(study.wallets) else None,
        "new_product_share": news.share if there(news) else None,
    }
