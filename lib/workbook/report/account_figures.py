"""ABC, the largest customers, care and resources, as figures of the grading report."""

import pandas as pd

from . import charts
from .grading_words import (
    ABC,
    RESOURCES,
    basis_word,
    missing,
    share_range,
    tier_name,
)

__all__ = ["show_abc", "show_care", "show_losses", "show_resources"]


def show_abc(report, grading, abc, top, *, a_share=0.80):
    """ABC classes; `abc` from `abc_classes.abc_shares`, `top` from `top_share`."""
    t, fmt = report.t, report.fmt
    if missing(report, grading) or top["share"] is None:
        report.text(
            t("ABC: not possible, no customer has a contribution above zero in the last 12 months.")
        )
        return
    rows = abc[abc["customers"] > 0].assign(name=lambda f: [t(ABC[c]) for c in f["class"]])
    rows["range"] = [share_range(report, row) for _, row in rows.iterrows()]
    first = abc.iloc[0]
    shown = rows[rows["class"].isin(["A", "B", "C"])]
    report.figure(
        charts.plot_bars(
            shown,
            label="name",
            value="share",
            low="low",
            high="high",
            highlight=[t(ABC["A"])],
            title=t(
                "{n} customers ({share}, {interval}) make {a} of the {basis}",
                n=fmt.count(first["customers"]), share=fmt.percent(first["share"], 0),
                interval=share_range(report, first), a=fmt.percent(a_share, 0),
                basis=basis_word(report, grading.basis),
            ),
            alt=t("Bars with intervals: share of customers in the classes A, B and C."),
            form=lambda v: fmt.percent(v, 0),
        ),
        subtitle=t("Customers with a contribution above zero in the 12 months to the reporting date, {n}", n=fmt.count(top["of"])),
        note=t(
            "The top 20 % make {share} ({interval}). One good year lifts some customers into A who will not "
            "stay there: see who moved.",
            share=fmt.percent(top["share"], 0), interval=share_range(report, top),
        ),
        numbers=rows,
        columns={
            "name": t("Class"),
            "customers": (t("Customers"), fmt.count),
            "share": (t("Share of customers"), fmt.percent),
            "range": t("Interval"),
            "money": (basis_word(report, grading.basis)[:1].upper() + basis_word(report, grading.basis)[1:], fmt.money),
            "money_share": (t("Share of money"), fmt.percent),
        },
    )  # fmt: skip


def show_losses(report, grading, losses):
    """What stands on the largest customers; `losses` from `long_term_value.top_losses`."""
    t, fmt = report.t, report.fmt
    if missing(report, grading) or losses.empty:
        return
    row = losses.iloc[-1]
    names = losses.assign(name=[t("largest {n}", n=fmt.count(n)) for n in losses["customers"]])
    known = losses["expected"].notna().any()
    columns = {
        "name": t("Customers"),
        "money": (t("Revenue, 12 months"), fmt.money),
        "share": (t("Share of all"), fmt.percent),
    }
    if known:
        columns |= {
            "expected": (t("Expected in the 12 months ahead"), fmt.money),
            "low": (t("Not reached in 1 of 20 cases"), fmt.money),
            "stop_one": (t("Chance that one of them buys nothing"), lambda v: fmt.percent(v, 0)),
        }
    report.figure(
        charts.plot_bars(
            names,
            label="name",
            value="share",
            title=t(
                "The {n} largest customers stand for {share} of the revenue",
                n=fmt.count(row["customers"]), share=fmt.percent(row["share"], 0),
            ),
            alt=t("Bars: share of the revenue of 12 months that the largest customers make together."),
            form=fmt.percent,
        ),
        subtitle=t("Revenue less returns of the 12 months to the reporting date"),
        note=t(
            "If they left, that much would go at once. What is expected of them is less than last year even "
            "if nothing happens: who is largest has had a good year."
        )
        if known
        else t("If they left, that much would go at once."),
        numbers=names,
        columns=columns,
    )  # fmt: skip


def show_resources(report, grading, table):
    """What each tier gets against what it brings; `table` from `tier_resources.tier_resources`."""
    t, fmt = report.t, report.fmt
    if missing(report, grading):
        return
    names = [n for n in RESOURCES if f"{n}_share" in table]
    cost_known = table["left"].notna().any()
    if not names:
        report.text(
            t(
                "Resources: not possible, needs the tables visits or tickets, or the column discount of orders."
            )
        )
        return
    rows = table.assign(name=[tier_name(report, tier) for tier in table["tier"]])
    first = names[0]
    top = rows.iloc[0]
    columns = {
        "name": t("Tier of the customer"),
        "customers": (t("Customers"), fmt.count),
        "contribution_share": (
            t("Share of {basis}", basis=basis_word(report, grading.basis)),
            fmt.percent,
        ),
    }
    for name in names:
        rows[f"{name}_text"] = [
            "–" if pd.isna(row[f"{name}_index"]) else _index(report, row, name)
            for _, row in rows.iterrows()
        ]
        columns[f"{name}_share"] = (
            t("Share of {resource}", resource=t(RESOURCES[name])),
            fmt.percent,
        )
        columns[f"{name}_text"] = t("per share of contribution")
    if cost_known:
        columns |= {
            "served": (t("Cost to serve"), fmt.money),
            "left": (t("Left after it"), fmt.money),
        }
    report.figure(
        charts.plot_pairs(
            rows,
            label="name",
            values={
                "contribution_share": t("share of {basis}", basis=basis_word(report, grading.basis)),
                f"{first}_share": t("share of {resource}", resource=t(RESOURCES[first])),
            },
            title=t(
                "Strategic customers make {part} and get {share} of the {resource}",
                part=fmt.percent(top["contribution_share"], 0), share=fmt.percent(top[f"{first}_share"], 0),
                resource=t(RESOURCES[first]),
            ),
            alt=t("Two points per tier: its share of contribution and its share of a resource."),
            form=lambda v: fmt.percent(v, 0),
        ),
        subtitle=t("12 months to the reporting date"),
        note=t("1 means as much as the tier brings; the interval comes from drawing customers again. It does not show what more visits would bring."),
        numbers=rows,
        columns=columns,
    )  # fmt: skip
    if not cost_known:
        report.text(
            t("Cost to serve in money: set the parameters cost_per_visit and cost_per_ticket.")
        )


def _index(report, row, name):
    fmt = report.fmt
    text = fmt.number(row[f"{name}_index"], 2)
    if pd.isna(row[f"{name}_low"]):
        return text
    ends = fmt.interval(row[f"{name}_low"], row[f"{name}_high"], lambda v: fmt.number(v, 2))
    return report.t("{value} ({interval})", value=text, interval=ends)


def show_care(report, grading, care):
    """Contacts with key accounts against the cadence; `care` from `account_care.account_care`."""
    t, fmt = report.t, report.fmt
    if missing(report, grading):
        return
    if care is None:
        report.text(
            t(
                "Cadence: not possible, needs the table visits (customer_id, at), or events with staff, and strategic or important customers."
            )
        )
        return
    rows = care.tiers.assign(
        name=[
            t(
                "{tier}, every {days}",
                tier=tier_name(report, r["tier"]),
                days=fmt.days(r["every_days"]),
            )
            for _, r in care.tiers.iterrows()
        ],
        range=[share_range(report, row) for _, row in care.tiers.iterrows()],
    )
    report.figure(
        charts.plot_intervals(
            rows,
            label="name",
            value="share",
            low="low",
            high="high",
            title=t("{k} of {n} key accounts are overdue for contact", k=fmt.count(care.overdue), n=fmt.count(len(care.accounts))),
            alt=t("Points with intervals: share of key accounts contacted within the agreed days, by tier."),
            form=lambda v: fmt.percent(v, 0),
            xlabel=t("contacted within the agreed days"),
        ),
        subtitle=t("Last contact of any kind with staff, up to the reporting date"),
        numbers=rows,
        columns={
            "name": t("Tier and cadence"),
            "customers": (t("Customers"), fmt.count),
            "in_time": (t("Contacted in time"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "range": t("Interval"),
            "never": (t("Never contacted"), fmt.count),
            "contacts": (t("Contacts a year, mean"), lambda v: fmt.number(v, 1)),
        },
    )  # fmt: skip
    words = {
        "owner": t("without anybody in charge"), "persons": t("without a known contact person"),
        "deciders": t("without a known decision maker"),
    }  # fmt: skip
    said = [t("{n} {what}", n=fmt.count(n), what=words[code]) for code, n in care.gaps.items()]
    if said:
        report.text(t("Of these key accounts: {list}.", list=t(", ").join(said)))
