"""Groups and places that are served less, as figures of the market report."""

from workbook.analysis.wallet_share import FEWEST

from . import charts
from .loyalty_words import absent_sentence, there
from .market_words import GROUP_CUTS, PLACE_COLUMNS, group_name, rate_per_100k, share_ends

__all__ = ["show_reach", "show_wallets"]

MOST = 15


def show_reach(report, study):
    """Sales per head of every place whose population is known."""
    t, fmt = report.t, report.fmt
    what = t("Places served less")
    if not there(study.reached):
        lacking = study.reached
        if getattr(lacking, "column", "") == "population":
            report.text(t("{what}: needs rows with measure population in the market table, whose entity is a country, region, province or city as in the customers table.", what=what))  # fmt: skip
        else:
            report.text(absent_sentence(report, lacking, what))
        return
    column, table, unknown = study.reached
    if table.empty:
        report.text(t("{what}: not enough data, no purchases in two places whose population is known.", what=what))  # fmt: skip
        return
    rows = table.assign(
        name=table["place"].astype(str),
        index_word=[fmt.percent(v, 0) for v in table["index"]],
        interval=[
            share_ends(report, low, high, lambda v: rate_per_100k(report, v))
            for low, high in zip(table["low"], table["high"], strict=True)
        ],
    )
    under = rows[rows["enough"] & (rows["p"] < 0.002) & (rows["index"] < 1)]
    if len(under):
        least = under.iloc[-1]
        title = t("{place} is served least: {index} of the buyers per head of all places", place=least["name"], index=least["index_word"])  # fmt: skip
    else:
        title = t("No place is known to be served less than the others")
    ax = charts.plot_intervals(
        rows.tail(MOST), label="name", value="per_100k", low="low", high="high", title=title,
        alt=t("One point per place with its interval: buyers of 12 months per 100,000 people."),
        highlight=under["name"].tolist(), reference=float(table["buyers"].sum() / table["people"].sum() * 1e5),
        reference_label=t("all places"), form=lambda v: rate_per_100k(report, v),
    )  # fmt: skip
    note = t("Arithmetic, no forecast: places differ in income, shops and climate as well as in how they are served.")  # fmt: skip
    if unknown:
        note += ("" if report.language.code == "zh" else " ") + t("Without a population figure: {places}.", places=t(", ").join(map(str, unknown[:8])))  # fmt: skip
    report.figure(
        ax,
        subtitle=t("{column}: buyers of the last 12 months per 100,000 people", column=t(PLACE_COLUMNS[column])),
        note=note,
        numbers=rows.tail(60),
        columns={
            "name": t(PLACE_COLUMNS[column]),
            "people": (t("People"), fmt.count),
            "buyers": (t("Buyers"), fmt.count),
            "per_100k": (t("Buyers per 100,000 people"), lambda v: rate_per_100k(report, v)),
            "interval": t("Interval"),
            "index_word": t("Of all places"),
            "missing": (t("Buyers more at their level"), fmt.count),
            "gap": (t("A year more at their level"), fmt.money),
        },
    )  # fmt: skip


def show_wallets(report, study):
    """Share of wallet, whole and by group."""
    t, fmt = report.t, report.fmt
    what = t("Share of wallet")
    if not there(study.wallets):
        report.text(absent_sentence(report, study.wallets, what))
        return
    rows, total, groups, part = study.wallets
    if total["low"] is None or total["n"] < FEWEST:
        report.text(t("{what}: not enough data, the wallet of {n} customers is known.", what=what, n=fmt.count(total["n"])))  # fmt: skip
        return
    text = t(
        "{n} customers whose spending on the category is known spend {share} of it here ({interval}).",
        n=fmt.count(total["n"]), share=fmt.percent(total["share"]), interval=share_ends(report, total["low"], total["high"]),
    )  # fmt: skip
    gap = "" if report.language.code == "zh" else " "
    if total["above"]:
        text += gap + report.tn(
            "{n} of them spends more here than in all by that estimate: there the wallet is out of date.",
            "{n} of them spend more here than in all by that estimate: there the wallet is out of date.",
            total["above"],
        )
    if part < 1:
        text += gap + t("A part of {share} of the customers was read, drawn at random.", share=fmt.percent(part))  # fmt: skip
    report.text(text)
    known = groups[groups["enough"]].head(8)
    if known.empty:
        report.text(t("By group: not enough data, no group has {n} customers with a known wallet.", n=fmt.count(FEWEST)))  # fmt: skip
        return
    known = known.assign(
        name=[t("{column}: {value}", column=t(GROUP_CUTS[cut]), value=group_name(report, cut, group)) for cut, group in zip(known["cut"], known["group"], strict=True)],
        interval=[share_ends(report, low, high) for low, high in zip(known["low"], known["high"], strict=True)],
        clear=[t("yes") if p < 0.002 else t("no") for p in known["p"]],
    )  # fmt: skip
    clear = known[(known["p"] < 0.002) & (known["share"] < known["others"])]
    if len(clear):
        first = clear.sort_values("gap", ascending=False).iloc[0]
        title = t("{group}: {share} of the wallet is spent here, of others {rest}", group=first["name"], share=fmt.percent(first["share"]), rest=fmt.percent(first["others"]))  # fmt: skip
    else:
        title = t("No group is known to spend less of its wallet here than the others")
    report.table(
        known,
        columns={
            "name": t("Group"),
            "n": (t("Customers"), fmt.count),
            "share": (t("Share of wallet"), fmt.percent),
            "interval": t("Interval"),
            "others": (t("All others"), fmt.percent),
            "gap": (t("A year more at their level"), fmt.money),
            "clear": t("Beyond chance"),
        },
        caption=title,
    )
