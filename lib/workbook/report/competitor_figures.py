"""The firms of the market as figures of the market report."""

from . import charts
from .loyalty_words import there
from .market_words import share_ends

__all__ = ["show_books", "show_concentration", "show_entrants", "show_firms"]

MOST = 12


def show_firms(report, study):
    """Shares of the firms now and a year before."""
    t, fmt = report.t, report.fmt
    if not there(study.firms):
        return  # the section on the own share has said why
    table = study.firms
    if table.empty:
        report.text(t("Other firms: needs their sales of the last 12 months in the market table."))
        return
    rows = table.head(MOST).assign(name=table["entity"].astype(str))
    top = rows.iloc[0]
    moved = rows[rows["p"] < 0.01]
    title = t("{firm} is the largest firm with {share}", firm=top["name"], share=fmt.percent(top["share"]))  # fmt: skip
    if len(moved):
        most = moved.loc[moved["change"].abs().idxmax()]
        title = t("{firm} moved most: {change} of share against the year before", firm=most["name"], change=fmt.points(most["change"]))  # fmt: skip
    columns = {
        "name": t("Firm"),
        "sales": (t("Sales, 12 months"), fmt.money),
        "growth": (t("Growth"), fmt.percent),
        "share": (t("Share"), fmt.percent),
        "share_before": (t("Year before"), fmt.percent),
        "change": (t("Change"), fmt.points),
        "interval": t("Interval"),
    }
    rows = rows.assign(
        interval=[share_ends(report, low, high, fmt.points) for low, high in zip(rows["low"], rows["high"], strict=True)]
    )  # fmt: skip
    if rows["share_before"].isna().any() or len(rows) < 2:
        report.table(rows, columns=columns, caption=title)
        return
    ax = charts.plot_pairs(
        rows, label="name", values={"share_before": t("year before"), "share": t("last 12 months")}, title=title,
        alt=t("Two points per firm: share of the market a year before and now."), form=lambda s: fmt.percent(s, 0),
    )  # fmt: skip
    report.figure(ax, subtitle=t("Share of the market, by sales"), numbers=rows, columns=columns)


def show_concentration(report, measures):
    """How concentrated the market is; `measures` from `competitors.concentration_of_market`."""
    t, fmt = report.t, report.fmt
    if not measures or measures["named"] is None:
        return
    said = {
        "named": fmt.percent(measures["named"]),
        "top": fmt.percent(measures["top3"]),
        "hhi": fmt.interval(measures["hhi_low"] * 1e4, measures["hhi_high"] * 1e4, fmt.count),
    }
    text = t("The firms named hold {named} of the market, the three largest {top}. Concentration by Herfindahl lies at {hhi} of 10,000 points, as the rest is very many or few firms.", **said)  # fmt: skip
    if measures["relative"] is not None:
        text += ("" if report.language.code == "zh" else " ") + t(
            "The own firm stands in place {rank}; it sells {relative} of what the largest other firm sells.",
            rank=fmt.count(measures["rank"]),
            relative=fmt.percent(measures["relative"]),
        )
    report.text(text)


def show_entrants(report, table):
    """Firms that are new in the figures; `table` from `competitors.entrants`."""
    t, fmt = report.t, report.fmt
    if table is None or table.empty:
        report.text(t("No firm appears in the market figures for the first time in the last 12 months."))  # fmt: skip
        return
    report.table(
        table,
        columns={"entity": t("Firm"), "since": (t("First figure"), fmt.month), "share": (t("Share since"), fmt.percent)},
        caption=t("New in the figures of the last 12 months"),
    )  # fmt: skip


def show_books(report, study):
    """Own sales in the market figures beside those in the orders."""
    t, fmt = report.t, report.fmt
    if study.books is None or not isinstance(study.own_share, dict):
        return
    report.text(
        t("For the same 12 months the market figures give the own firm {market}, its orders {books}.",
          market=fmt.money(study.own_share["sales"]), books=fmt.money(study.books))
    )  # fmt: skip
