"""Countries and regions, exchange rates and new products as figures of the market report."""

import pandas as pd

from workbook.analysis.place_comparison import RATES as MADE_OF

from . import charts
from .loyalty_words import absent_sentence, there
from .market_words import PLACE_COLUMNS, RATES, part_name, rate_text, share_ends

__all__ = ["show_constant", "show_differences", "show_news", "show_places", "show_rates"]

MOST = 15
CLEAR = 0.002


def show_places(report, places):
    """Places beside each other; `places` from `place_study.compared_places`."""
    t, fmt = report.t, report.fmt
    if not there(places):
        if getattr(places, "column", None) == "country" and not places.rows:
            report.text(t("Countries and regions: nothing to compare, needs two or more values in country, region, province or city of the customers table."))  # fmt: skip
        else:
            report.text(absent_sentence(report, places, t("Countries and regions")))
        return
    if places.column != "country":
        report.text(t("All customers are in one country, or none is named: places within it are compared. Other countries need the column country of the customers table."))  # fmt: skip
    table = places.table
    if table.empty:
        report.text(t("Countries and regions: no purchases in the last two years."))
        return
    table = table.head(MOST)
    rows = table.assign(
        name=table["place"].astype(str),
        interval=[share_ends(report, low, high, fmt.money) for low, high in zip(table["low"], table["high"], strict=True)],
        growth_word=[
            "–" if g != g else t("{change} ({interval})", change=fmt.percent(g), interval=share_ends(report, low, high))
            for g, low, high in zip(table["growth"], table["growth_low"], table["growth_high"], strict=True)
        ],
    )  # fmt: skip
    top = rows.iloc[0]
    report.table(
        rows,
        columns={
            "name": t(PLACE_COLUMNS[places.column]),
            "buyers": (t("Buyers"), fmt.count),
            "amount": (t("Sales, 12 months"), fmt.money),
            "share": (t("Share"), fmt.percent),
            "per_buyer": (t("Per buyer"), fmt.money),
            "interval": t("Interval"),
            "growth_word": t("Growth"),
        },
        caption=t("{place} brings most: {share} of sales", place=top["name"], share=fmt.percent(top["share"])),
    )  # fmt: skip


def show_differences(report, places):
    """What differs from place to place beyond chance: what localisation would have to answer."""
    t, fmt = report.t, report.fmt
    if not there(places):
        return
    rates, categories, channels = places.rates, places.categories, places.channels
    rows = []
    for _, row in rates[rates["enough"] & (rates["p"] < CLEAR)].iterrows():
        value, rest = (rate_text(report, row["rate"], row[c]) for c in ("value", "rest"))
        rows.append((row["p"], str(row["place"]), t(RATES[row["rate"]]), value, rest))
    for what, table in ((t("category"), categories), (t("channel"), channels)):
        for _, row in table[table["enough"] & (table["p"] < CLEAR)].iterrows():
            name = t("{column}: {value}", column=what, value=part_name(report, row["value"]))
            rows.append((row["p"], str(row["place"]), t("share of sales, {name}", name=name), fmt.percent(row["share"]), fmt.percent(row["rest"])))  # fmt: skip
    if not rows:
        report.text(t("No place differs from the others beyond chance in what its customers buy, where, for how much, or in returns, late deliveries and discounts: one offer fits all, as far as these data tell."))  # fmt: skip
    else:
        frame = pd.DataFrame(rows, columns=["p", "place", "what", "value", "rest"])
        frame = frame.sort_values("p", kind="stable").head(MOST)
        report.table(
            frame,
            columns={"place": t(PLACE_COLUMNS[places.column]), "what": t("What differs"), "value": t("There"), "rest": t("Other places")},
            caption=report.tn(
                "What localisation would have to answer: {n} difference beyond chance",
                "What localisation would have to answer: {n} differences beyond chance",
                len(rows),
            ),
        )  # fmt: skip
    lacking = [t(RATES[name]) for name in MADE_OF if name not in set(rates["rate"])]
    if categories.empty:
        lacking.append(t("category"))
    if channels.empty:
        lacking.append(t("channel"))
    if lacking:
        report.text(t("Not compared, because the orders do not tell: {what}.", what=t(", ").join(lacking)))  # fmt: skip


def show_rates(report, study):
    """Exchange rates and purchasing power of every currency."""
    t, fmt = report.t, report.fmt
    if not there(study.money):
        report.text(absent_sentence(report, study.money, t("Exchange rates and purchasing power")))
        return
    table = study.money

    def number(value):
        return fmt.number(value, 2)

    home = study.currency or t("own currency")
    power = table["level"].notna()
    cheapest = table[power].sort_values("level").head(1)
    if len(cheapest):
        row = cheapest.iloc[0]
        title = t("Prices at home are {level} of those where money is {currency}, at today's exchange rate", level=fmt.percent(row["level"], 0), currency=row["currency"])  # fmt: skip
    else:
        title = t("Exchange rates against {home}", home=home)
    columns = {
        "currency": t("Currency"),
        "since": (t("Rate from"), fmt.month),
        "rate": (t("{home} for one", home=home), lambda v: fmt.number(v, 4)),
        "change": (t("Change in a year"), fmt.percent),
    }
    if power.any():
        columns |= {
            "ppp": (t("By purchasing power"), number),
            "level": (t("Price level at home"), lambda v: fmt.percent(v, 0)),
            "foreign": (t("100 {home} at the rate", home=home), number),
            "foreign_ppp": (t("Buys there as much as"), number),
        }
    report.table(table, columns=columns, caption=title)
    if not power.any():
        report.text(t("Purchasing power: needs the column ppp of the exchange rates table."))


def show_constant(report, places):
    """Countries in purchasing power and at constant exchange rates."""
    t, fmt = report.t, report.fmt
    if not there(places) or places.constant is None:
        return
    table = places.constant
    unknown = [str(p) for p, code in zip(table["place"], table["currency"], strict=True) if code is None]  # fmt: skip
    rows = table.assign(code=[code or "–" for code in table["currency"]])
    report.table(
        rows,
        columns={
            "place": t("Country"),
            "code": t("Currency"),
            "per_buyer": (t("Per buyer"), fmt.money),
            "per_buyer_ppp": (t("In purchasing power at home"), fmt.money),
            "growth": (t("Growth"), fmt.percent),
            "growth_constant": (t("At constant exchange rates"), fmt.percent),
        },
        caption=t("Countries in one currency, at exchange rates and in purchasing power"),
    )
    if unknown:
        report.text(t("No currency is known of {places}: name it in the parameter country_currencies.", places=t(", ").join(unknown)))  # fmt: skip


def show_news(report, study):
    """What new products bring."""
    t, fmt = report.t, report.fmt
    news = study.news
    if not there(news):
        if news is None:
            report.text(t("New products: not enough data, orders must begin two years before the reporting date, so that a first sale is a product's first."))  # fmt: skip
        else:
            report.text(absent_sentence(report, news, t("New products")))
        return
    if not news.new:
        report.text(t("Of {n} products sold in the last 12 months, not one was first sold in them: nothing new came to market.", n=fmt.count(news.products)))  # fmt: skip
        return
    title = t("New products make {share} of sales ({interval})", share=fmt.percent(news.share), interval=share_ends(report, news.low, news.high))  # fmt: skip
    rows = news.table.head(MOST)
    ax = charts.plot_bars(
        rows.assign(name=rows["product"].astype(str)), label="name", value="amount", title=title,
        alt=t("One bar per new product: its sales of the last 12 months."), form=fmt.money,
    )  # fmt: skip
    before = "" if news.before != news.before else t("A year before new products made {before}.", before=fmt.percent(news.before))  # fmt: skip
    report.figure(
        ax,
        subtitle=t("{new} of {n} products were first sold in the last 12 months", new=fmt.count(news.new), n=fmt.count(news.products)),
        note=before or None,
        numbers=rows,
        columns={
            "product": t("Product"),
            "since": (t("First sold"), fmt.date),
            "buyers": (t("Buyers"), fmt.count),
            "amount": (t("Sales"), fmt.money),
            "share": (t("Share"), fmt.percent),
            "new_customers": (t("Of whom new customers"), fmt.percent),
        },
    )  # fmt: skip
