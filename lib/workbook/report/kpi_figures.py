"""Key figures against the year and the period before, splits and the way down, as figures."""

import numpy as np
import pandas as pd

from . import charts
from .problem_words import COLUMNS, KPIS, kpi_change, kpi_value

__all__ = ["show_drill", "show_kpis", "show_mix", "show_split", "with_recorded"]

MOST = 8


def with_recorded(report, kpis):
    """The key figures and, below them, those that themes of their own work out.

    Market share with its change on the year before (`market`), and the value expected of a present
    customer (`clv`), of which an earlier level is not known here.
    """
    share, clv = report.results.record("market"), report.results.record("clv")
    worth = next((f for f in report.results.findings(theme="clv") if f.metric == "clv_total"), None)
    rows, form = [], {"form": "ratio", "worse": -1}
    if share.get("market_share") is not None:
        ratio = share.get("market_share_ratio")
        now, change = share["market_share"], np.nan if ratio is None else ratio - 1
        rows.append(form | {"kpi": "market_share", "value": now, "before": now / (1 + change), "change": change})  # fmt: skip
    if clv.get("clv_total") is not None and worth is not None and worth.n:
        rows.append(form | {"kpi": "clv", "value": clv["clv_total"] / worth.n, "n": worth.n})
    return pd.DataFrame([*kpis.to_dict("records"), *rows], columns=kpis.columns)


def show_kpis(report, kpis, windows):
    """The table of key figures: value, 同比, 环比, target."""
    t, fmt = report.t, report.fmt
    if kpis.empty:
        report.text(t("Key figures: not possible, no table of the last two years."))
        return

    def span(row):
        if row.low != row.low:
            return "–"
        return fmt.interval(
            *(kpi_change(report, row.kpi, row.form, v) for v in (row.low, row.high)), str
        )

    rows = kpis.assign(
        name=[t(KPIS[k]) for k in kpis["kpi"]],
        now=[kpi_value(report, r.kpi, r.value) for r in kpis.itertuples()],
        change_word=[kpi_change(report, r.kpi, r.form, r.change) for r in kpis.itertuples()],
        span=[span(r) for r in kpis.itertuples()],
        year_word=[kpi_change(report, r.kpi, r.form, r.on_year) for r in kpis.itertuples()],
        period_word=[kpi_change(report, r.kpi, r.form, r.on_period) for r in kpis.itertuples()],
        attained_word=[fmt.percent(a, 0) if a == a else "–" for a in kpis["attained"]],
    )
    first, last = windows.spans["period"]
    name = fmt.month(last) if first.month == last.month else fmt.period(first, last)
    report.table(
        rows,
        columns={
            "name": t("Key figure"),
            "now": t("12 months to the reporting date"),
            "change_word": t("on the 12 months before"),
            "span": t("95 % interval"),
            "year_word": t("{period} on the year before", period=name),
            "period_word": t("{period} on the period before", period=name),
            "attained_word": t("Target attained"),
            "n": (t("n"), fmt.count),
        },
        caption=t("January and February are compared together, as the spring festival moves; periods that are not over are left out. The change on the period before holds the season."),
    )  # fmt: skip
    clear = kpis[(kpis["low"] > 0) | (kpis["high"] < 0)]
    worse = clear[clear["change"] * clear["worse"] > 0]
    names = t(", ").join(t(KPIS[k]) for k in worse["kpi"])
    if len(worse):
        report.text(t("Clearly worse than the year before: {names}.", names=names))
    else:
        report.text(t("No key figure of the whole company is clearly worse than the year before."))
    if kpis["target"].isna().all():
        report.text(t("Attainment of targets: not possible without the table targets."))


def show_split(report, split, column):
    """What customers, frequency and value make of the change of revenue; `split` from `factor_split`."""
    t, fmt = report.t, report.fmt
    if split is None or split.empty or not split["revenue_before"].sum():
        report.text(
            t("The change of revenue can't be split: there are no purchases in the year before.")
        )
        return
    parts = {"by_customers": t("buying customers"), "by_frequency": t("purchase days per buyer"),
             "by_value": t("revenue per purchase day")}  # fmt: skip
    rows = pd.DataFrame({"part": list(parts.values()), "money": [split[c].sum() for c in parts]})
    whole, total = split["whole"].sum(), split["change"].sum()
    if abs(whole) > 0:
        rows.loc[len(rows)] = [t("new or gone in one of the years"), whole]
    most = rows.iloc[int(rows["money"].abs().argmax())]
    ax = charts.plot_bars(
        rows, label="part", value="money", form=fmt.money,
        title=t("Revenue changed by {change}; in the split {part} stand for {money}", change=fmt.money(total), part=most["part"], money=fmt.money(most["money"])),
        alt=t("One bar per factor: its part of the change of revenue."),
    )  # fmt: skip
    columns = {column: t(COLUMNS[column])} if column in split else {}
    numbers = (
        split.assign(**{column: split[column].replace("", t("not known"))}) if columns else split
    )
    report.figure(
        ax,
        subtitle=t("12 months to the reporting date against the 12 before, before returns"),
        note=t(
            "The split is exact and adds up; it is arithmetic, not a proof of what came from what."
        ),
        numbers=numbers,
        columns=columns
        | {
            "revenue_before": (t("Revenue before"), fmt.money),
            "revenue": (t("Revenue"), fmt.money),
            "change": (t("Change"), fmt.money),
            "by_customers": (t("Buyers"), fmt.money),
            "by_frequency": (t("Frequency"), fmt.money),
            "by_value": (t("Value"), fmt.money),
        },
    )


def show_mix(report, mixes):
    """Revenue per buyer split into who buys and what each kind spends; {column: frame}."""
    t, fmt = report.t, report.fmt
    for column, mix in mixes.items():
        if mix.empty:
            continue
        head = t(COLUMNS.get(column, column))
        rows = mix.assign(**{column: mix[column].replace("", t("not known"))})
        report.table(
            rows.head(MOST),
            columns={
                column: head,
                "share_before": (t("Share of buyers before"), fmt.percent),
                "share": (t("now"), fmt.percent),
                "rate_before": (t("Revenue per buyer before"), fmt.money),
                "rate": (t("now"), fmt.money),
                "mix": (t("by mix"), fmt.money),
                "within": (t("by rate"), fmt.money),
            },
            caption=t("Revenue per buyer: {mix} by who buys, {rate} by what each spends", mix=fmt.money(mix["mix"].sum()), rate=fmt.money(mix["within"].sum())),
        )  # fmt: skip
    if not any(len(mix) for mix in mixes.values()):
        report.text(t("Mix and rate: not possible without traits of customers (table customers) and two years of orders."))  # fmt: skip


def show_drill(report, drill):
    """The way from region to shop along the largest fall of revenue; from `change_split.drill_down`."""
    t, fmt = report.t, report.fmt
    if drill is None or drill.empty:
        report.text(t("The way from region to shop: not possible without region, province, city (customers) or store (orders)."))  # fmt: skip
        return
    rows = drill.groupby("level", sort=False).head(MOST)
    rows = rows.assign(
        level=[t(COLUMNS[level]) for level in rows["level"]],
        share=np.where(rows["revenue_before"] > 0, rows["change"] / rows["revenue_before"].where(rows["revenue_before"] > 0), np.nan),
        mark=[t("followed") if c else "" for c in rows["chosen"]],
    )  # fmt: skip
    report.table(
        rows,
        columns={
            "place": t("Place"),
            "level": t("Level"),
            "revenue_before": (t("Revenue before"), fmt.money),
            "revenue": (t("Revenue"), fmt.money),
            "change": (t("Change"), fmt.money),
            "share": (t("in percent"), fmt.percent),
            "mark": t("Way"),
        },
        caption=t("Each level within the place above it that lost most or grew least; description only, small places move by chance."),
    )  # fmt: skip
