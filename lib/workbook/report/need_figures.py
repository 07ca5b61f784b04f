"""Needs, pains and prospects, as figures of the grading report."""

import pandas as pd

from . import charts
from .grading_words import KANO, LAYERS, share_range, slice_name

__all__ = ["show_needs", "show_pains", "show_prospects"]


def show_needs(report, needs, table):
    """Needs in two layers; `table` from `kano_needs.stated_needs`."""
    t, fmt = report.t, report.fmt
    if needs is None or table.empty:
        report.text(t("Needs as customers state them: not possible, needs the table needs."))
        return
    rows = table[table["asked"]]
    if rows.empty:
        report.text(
            t("Needs as customers state them: not enough data, no need was put to 30 customers.")
        )
        return
    rows = rows.assign(
        name=rows["need"].astype(str),
        kano_word=[t(KANO[c]) for c in rows["kano"]],
        layer_word=[t(LAYERS[c]) for c in rows["layer"]],
        range=[share_range(report, row) for _, row in rows.iterrows()],
    )
    core = rows.loc[rows["layer"] == "core", "name"].tolist()
    title = (
        t("Core needs: {needs}", needs=t(", ").join(core)) if core
        else t("No need is clearly a core need")
    )  # fmt: skip
    columns = {
        "name": t("Need"),
        "customers": (t("Customers asked"), fmt.count),
        "importance": (t("Importance"), lambda v: fmt.number(v, 1)),
        "kano_word": t("Kano class"),
        "share": (t("Share in it"), fmt.percent),
        "range": t("Interval"),
        "layer_word": t("Layer"),
        "better": (t("Pleased when met"), fmt.percent),
        "worse": (t("Missed when not"), fmt.percent),
    }
    if rows["importance"].notna().any():
        report.figure(
            charts.plot_intervals(
                rows,
                label="name",
                value="importance",
                low="importance_low",
                high="importance_high",
                highlight=core,
                title=title,
                alt=t("Points with intervals: mean importance of each need; core needs marked."),
                form=lambda v: fmt.number(v, 1),
                xlabel=t("importance, mean of the answers"),
            ),
            subtitle=t("Answers of {n} customers", n=fmt.count(table["customers"].max())),
            note=t("A core need is taken for granted or wanted the more the better; an additional one delights and is not missed. A class is clear when its share is above the next one's beyond chance."),
            numbers=rows,
            columns=columns,
        )  # fmt: skip
    else:
        report.table(rows, columns=columns, caption=title)


def show_pains(report, table):
    """What customers come with, by tier; `table` from `pain_frequency.pain_frequency`."""
    t, fmt = report.t, report.fmt
    if table is None:
        report.text(t("How often needs and pains come up: not possible, needs the table tickets."))
        return
    if table.empty:
        report.text(
            t(
                "How often needs and pains come up: no ticket of these customers in the last 12 months."
            )
        )
        return
    report.table(
        table.head(10).assign(name=[t("not said") if pd.isna(c) else str(c) for c in table.head(10)["category"]]),
        columns={
            "name": t("Matter of the tickets"),
            "tickets": (t("Tickets, 12 months"), fmt.count),
            "customers": (t("Customers"), fmt.count),
            "each": (t("Tickets per customer concerned"), lambda v: fmt.number(v, 2)),
            "complaints": (t("Complaints"), fmt.count),
            "key": (t("Of strategic and important customers"), fmt.count),
        },
        caption=t("Where needs and pains come up again and again."),
    )  # fmt: skip


def show_prospects(report, fit):
    """Prospects by fit; `fit` from `prospect_fit.open_fit`."""
    t, fmt = report.t, report.fmt
    if fit is None:
        report.text(
            t(
                "Prospects: not possible, needs the table customers with traits such as type, industry, channel or region."
            )
        )
        return
    if fit.verdict == "few":
        report.text(
            t(
                "Prospects: not enough data; it takes 40 good customers to learn from and 40 later ones to test on, each a year old."
            )
        )
        return
    interval = fmt.interval(fit.low, fit.high, fmt.percent)
    if fit.verdict == "no_better":
        report.text(
            t(
                "Do not use a ranking of prospects: on {n} later customers it found the good ones no better than chance ({auc}, {interval}; chance: 50 %).",
                n=fmt.count(fit.tested),
                auc=fmt.percent(fit.auc),
                interval=interval,
            )
        )
    else:
        report.text(
            t(
                "A good customer is one whose first year brought more than {limit}. Learnt from {learnt} earlier "
                "customers and tested on {tested} later ones, a good one stood before another in {auc} of pairs "
                "({interval}); the tenth ranked highest held {captured} of the good ones.",
                limit=fmt.money(fit.limit), learnt=fmt.count(fit.learnt), tested=fmt.count(fit.tested),
                auc=fmt.percent(fit.auc), interval=interval, captured=fmt.percent(fit.captured, 0),
            )
        )  # fmt: skip
    rows = fit.traits.head(8)
    report.table(
        rows.assign(name=[slice_name(report, r["trait"], r["value"]) for _, r in rows.iterrows()]),
        columns={
            "name": t("Known beforehand"),
            "customers": (t("Customers"), fmt.count),
            "good": (t("Good ones among them"), fmt.percent),
            "odds": (t("Odds, others alike"), lambda v: fmt.number(v, 2)),
        },
        caption=t("Traits that go with good customers; association, not a reason."),
    )  # fmt: skip
