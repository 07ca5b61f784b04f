"""Stages, moves between them and silence, as figures of the lifecycle report.

Each function takes the report and finished results, and shows one chart or table with its answer,
or says in a sentence why there is none.
"""

import numpy as np
import pandas as pd

from . import charts
from .stage_words import STAGES, named

__all__ = [
    "FEWEST",
    "show_durations",
    "show_silence",
    "show_stages",
    "show_traits",
    "show_transitions",
]

FEWEST = 30  # customers; smaller groups are named, their shares not shown


def show_stages(report, counts, traits):
    """Customers and money per stage; `counts` from `lifecycle.stage_counts`."""
    t, fmt = report.t, report.fmt
    table = named(report, traits.sort_values("customers", ascending=False, kind="stable"))
    first = table.iloc[0]
    numbers = named(
        report, counts.merge(traits[["stage", "revenue_share"]], on="stage", how="left")
    )
    title = t(
        "{stage}: {share} of the customers", stage=first["name"], share=fmt.percent(first["share"])
    )
    has_money = bool(table["revenue_share"].notna().any())
    columns = {
        "name": t("Stage"),
        "customers": (t("Customers"), _count(report)),
        "share": (t("Share of customers"), fmt.percent),
    }
    if has_money:
        columns["revenue_share"] = (t("Share of past revenue"), fmt.percent)
        ax = charts.plot_pairs(
            named(report, traits),
            label="name",
            values={"share": t("share of customers"), "revenue_share": t("share of past revenue")},
            form=fmt.percent,
            title=title,
            alt=t("Share of customers and share of past revenue of each stage."),
        )
    else:
        ax = charts.plot_bars(
            named(report, traits),
            label="name",
            value="share",
            form=fmt.percent,
            title=title,
            alt=t("Share of customers of each stage."),
        )
    report.figure(
        ax,
        subtitle=t(
            "{n} customers with a purchase, on {date}",
            n=fmt.count(traits["customers"].sum()),
            date=fmt.date(report.tables.as_of),
        ),
        note=t(
            "Every customer is in one stage. A stage follows from the customer's own purchases up "
            "to that day; nothing later counts."
        ),
        numbers=numbers,
        columns=columns,
    )


def _count(report):
    """A count, or a dash where the number can't be known."""
    return lambda n: "–" if pd.isna(n) else report.fmt.count(n)


def show_traits(report, traits, categories=None):
    """What tells the stages apart; `traits` from `stage_members.stage_traits`."""
    t, fmt = report.t, report.fmt
    table = named(report, traits)
    columns = {
        "name": t("Stage"),
        "customers": (t("Customers"), fmt.count),
        "purchase_days": (t("Purchase days, mean"), fmt.number),
        "amount_per_day": (t("Money per purchase day"), fmt.money),
        "usual_gap_days": (t("Usual gap, median"), fmt.days),
        "silence_days": (t("Days since the last purchase, median"), fmt.days),
    }
    if table["revenue_share"].isna().all():
        del columns["amount_per_day"]
    if categories is not None and len(categories):
        table = table.merge(categories, on="stage", how="left", suffixes=("", "_of_category"))
        columns |= {
            "category": t("Category with most money"),
            "share_of_category": (t("its share"), fmt.percent),
            "share_all": (t("among all customers"), fmt.percent),
        }
    report.table(table, columns=columns)


def show_transitions(report, table, *, days):
    """Where customers of each stage are after `days`; `table` from `transitions.transition_table`."""
    t, fmt = report.t, report.fmt
    rows = table[(table["days"] == days) & (table["next_stage"] != "active")]
    large = rows[rows["n"] >= FEWEST]
    small = [t(STAGES[stage]) for stage in rows.loc[rows["n"] < FEWEST, "stage"].unique()]
    if large.empty:
        report.text(t("Too few customers were followed for probabilities of moving to be shown."))
        return
    order = [stage for stage in STAGES if stage in set(large["stage"])]
    onward = [stage for stage in STAGES if stage != "potential"]
    wide = large.pivot(index="stage", columns="next_stage", values="probability")
    wide = wide.loc[order, onward]
    wide.loc[wide.index != "first_purchase", "first_purchase"] = np.nan  # which comes but once
    numbers = named(report, large[large["probability"] > 0]).assign(
        to=lambda rows: [t(STAGES[stage]) for stage in rows["next_stage"]]
    )
    wide.index = [t(STAGES[stage]) for stage in wide.index]
    wide.columns = [t(STAGES[stage]).replace(" ", "\n") for stage in wide.columns]
    report.figure(
        charts.plot_heatmap(
            wide,
            title=_transition_title(report, rows, days),
            alt=t("Matrix of the probability of being in each stage later, by stage at the start."),
            form=lambda share: fmt.percent(share, 0),
        ),
        subtitle=t("Stage at the start (rows) and {days} later (columns)", days=fmt.days(days)),
        note=t(
            "Customers were taken up on one day of each of the last months and followed from there; "
            "the rows add up to one. Moves into dormant and lost happen by staying silent, so the "
            "limits of silence set their pace."
        ),
        numbers=numbers,
        columns={
            "name": t("From"),
            "to": t("To"),
            "probability": (t("Probability"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "n": (t("Customers taken up"), fmt.count),
        },
    )
    if small:
        report.text(t("Too few customers to speak about: {stages}.", stages=t(", ").join(small)))


def _transition_title(report, rows, days):
    """What becomes of the dormant, or else of the largest stage."""
    t, fmt = report.t, report.fmt
    stage = "dormant"
    if rows.loc[rows["stage"] == stage, "n"].max() >= FEWEST:
        on_time = rows[(rows["stage"] == stage) & ~rows["next_stage"].isin(["dormant", "lost"])]
        return t(
            "{share} of the dormant are active again after {days}",
            share=fmt.percent(on_time["probability"].sum()),
            days=fmt.days(days),
        )
    stage = rows.loc[rows["n"].idxmax(), "stage"]
    stay = rows[(rows["stage"] == stage) & (rows["next_stage"] == stage)]
    return t(
        "{stage}: {share} are still there after {days}",
        stage=t(STAGES[stage]),
        share=fmt.percent(stay["probability"].sum()),
        days=fmt.days(days),
    )


def show_durations(report, table):
    """How long a stay lasts; `table` from `stage_time.stage_durations`."""
    t, fmt = report.t, report.fmt
    large = named(report, table[table["entries"] >= FEWEST]) if len(table) else table
    if large.empty:
        report.text(t("Too few customers entered a stage for times to be shown."))
        return
    active = large[~large["stage"].isin(["dormant", "lost"])]
    first = (active if len(active) else large).nlargest(1, "mean_days").iloc[0]
    report.figure(
        charts.plot_intervals(
            large,
            label="name",
            value="mean_days",
            low="mean_low",
            high="mean_high",
            title=t(
                "{stage}: {days} on average before the stage changes",
                stage=first["name"],
                days=fmt.days(first["mean_days"]),
            ),
            alt=t("Mean time in each stage from entry, with its interval."),
            form=fmt.count,
            xlabel=t("days"),
        ),
        subtitle=t("Mean days from entering a stage to leaving it, within the time followed"),
        note=t(
            "Counted from entry; customers still in the stage are followed up to the reporting "
            "date. A mean reaches only as far as the time followed, so stages followed for "
            "different times are not compared by it. First purchase and dormant end at the limits "
            "of silence at the latest. A dash in the table: half have not left yet."
        ),
        numbers=large,
        columns={
            "name": t("Stage"),
            "entries": (t("Entries"), fmt.count),
            "median_days": (t("Median"), fmt.days),
            "median_low": (t("Interval from"), fmt.days),
            "median_high": (t("to"), fmt.days),
            "mean_days": (t("Mean"), fmt.days),
            "followed_days": (t("within"), fmt.days),
            "still": (t("Still there after 90 days"), fmt.percent),
        },
    )


def show_silence(report, cadence, rules, curves):
    """P(gap >= silence) of three kinds of customer; `curves` from `cadence.silence_curves`."""
    t, fmt = report.t, report.fmt
    if not len(curves):
        report.text(
            t("Nobody has bought twice yet: no silence can be called long, and nobody dormant.")
        )
        return
    kinds = {"once": t("bought once"), "rare": t("rare buyer"), "often": t("regular buyer")}
    passed = {kind: curves.loc[curves[kind] < rules.dormant_below, "days"] for kind in kinds}
    limits = {kind: int(days.min()) if len(days) else np.nan for kind, days in passed.items()}
    report.figure(
        charts.plot_lines(
            curves,
            x="days",
            series=kinds,
            title=t(
                "Silence is unusual after {often} for a regular buyer, after {once} for one "
                "who bought once",
                often=fmt.days(limits["often"]),
                once=fmt.days(limits["once"]),
            ),
            alt=t("Three falling lines: the share of gaps at least as long as a silence."),
            yform=lambda share: fmt.percent(share, 0),
            xlabel=t("days of silence"),
        ),
        subtitle=t("Share of gaps at least that long, for three kinds of customer"),
        note=t(
            "Rare: two purchases half a year apart. Regular: six, a month apart. One-time buyers "
            "have no cadence; they are compared with those who come back within {days}.",
            days=fmt.days(cadence.return_within),
        ),
    )
