"""Drift of customers and control charts of key figures, as figures."""

from . import charts
from .monitoring_words import FIGURES, concern_of, trait_group, trait_name

__all__ = ["show_drift", "show_limits"]

SHOWN = 12


def show_drift(report, table, shares):
    """Traits by how far they moved, beside what chance alone moves."""
    t, fmt = report.t, report.fmt
    if table.empty:
        report.text(
            t(
                "Not enough data: drift takes 50 customers who bought, answered or wrote in each of the "
                "last two years."
            )
        )
        return
    shown = table.head(SHOWN).assign(
        name=[trait_name(report, trait) for trait in table["trait"].head(SHOWN)]
    )
    drifted = shown.loc[shown["drifted"], "name"].tolist()
    title = (
        t(
            "{trait} has drifted: {group} from {was} to {now}",
            trait=shown["name"].iloc[0],
            group=trait_group(report, table["trait"].iloc[0], table["group"].iloc[0]),
            was=fmt.percent(table["was"].iloc[0]),
            now=fmt.percent(table["is"].iloc[0]),
        )
        if drifted
        else report.tn(
            "The {n} trait moves no further than chance moves it",
            "None of the {n} traits moves further than chance moves it",
            len(table),
        )
    )
    ax = charts.plot_intervals(
        shown.assign(zero=0.0),
        label="name",
        value="psi",
        low="zero",
        high="high",
        highlight=drifted,
        title=title,
        alt=t("One row per trait: a bar as far as chance reaches, and a point for what was found."),
        form=lambda value: fmt.number(value, 2),
        xlabel=t("population stability index"),
    )
    report.figure(
        ax,
        subtitle=t("Customers of the last 365 days against those of the 365 days before"),
        note=t(
            "The bar ends where 95 of 100 draws without drift lie; the usual limits of 0.1 and 0.25 know "
            "nothing of the number of customers. Drifted: p below 0.01 over all traits together."
        ),
        numbers=shown.assign(
            about=[concern_of(report, trait) for trait in shown["trait"]],
            group=[
                trait_group(report, row["trait"], row["group"]) for row in shown.to_dict("records")
            ],
        ),
        columns={
            "name": t("Trait"),
            "about": t("Concerns"),
            "before": (t("Customers before"), fmt.count),
            "now": (t("Customers now"), fmt.count),
            "psi": (t("Index"), lambda v: fmt.number(v, 3)),
            "high": (t("By chance up to"), lambda v: fmt.number(v, 3)),
            "p_holm": (t("p, all together"), lambda v: fmt.number(v, 3)),
            "group": t("Group that moved most"),
            "was": (t("Was"), fmt.percent),
            "is": (t("Is"), fmt.percent),
        },
    )
    for trait in table.loc[table["drifted"], "trait"].head(3):
        part = shares[shares["trait"] == trait]
        report.table(
            part.assign(name=[trait_group(report, trait, group) for group in part["group"]]),
            columns={
                "name": trait_name(report, trait),
                "before": (t("Year before"), fmt.percent),
                "now": (t("Last year"), fmt.percent),
            },
        )


def show_limits(report, control):
    """Control charts: the ones with months outside, and a table of all."""
    t, fmt = report.t, report.fmt
    if not control:
        report.text(
            t(
                "Control charts: not possible, comparing months with the year before takes 24 complete "
                "months and a year of such comparisons."
            )
        )
        return
    from workbook.analysis.control_limits import outside_months

    table = outside_months(control)
    out = table[table["outside"] > 0]
    for name in out["figure"].head(2) if len(out) else table["figure"].head(1):
        _chart(report, name, control[name], table.set_index("figure").loc[name])
    report.table(
        table.assign(
            name=[t(FIGURES[figure]) for figure in table["figure"]],
            limits=[
                fmt.interval(low, high, lambda v: _ratio(fmt, v))
                for low, high in zip(table["low"], table["high"], strict=True)
            ],
        ),
        columns={
            "name": t("Figure"),
            "judged": (t("Months judged"), fmt.count),
            "outside": (t("Outside"), fmt.count),
            "first": (t("First"), fmt.month),
            "limits": t("Limits of the change on the year before"),
            "ratio": (t("Last month"), lambda v: _ratio(fmt, v)),
        },
    )


def _ratio(fmt, ratio):
    """A ratio as the change it stands for."""
    return fmt.percent(ratio - 1, 0)


def _chart(report, name, chart, row):
    t, fmt = report.t, report.fmt
    figure = t(FIGURES[name])
    if row["outside"]:
        title = t(
            "{figure}: {n} of {months} months outside their limits, first in {month}",
            figure=figure,
            n=fmt.count(row["outside"]),
            months=fmt.count(row["judged"]),
            month=fmt.month(row["first"]),
        )
    else:
        title = t("{figure}: every month lies within its limits", figure=figure)
    ax = charts.plot_control(
        chart,
        x="month",
        rate="ratio",
        centre="centre",
        low="low",
        high="high",
        outside="outside",
        title=title,
        alt=t("A line of monthly changes between control limits; months beyond them are marked."),
        names={"centre": t("base"), "high": t("limit")},
        yform=lambda v: _ratio(fmt, v),
        ylabel=t("change on the same month of the year before"),
    )
    charts.mark_months(ax, chart["month"], fmt.month)
    report.figure(
        ax,
        subtitle=t(
            "Individuals chart; limits from {period}, January and February together",
            period=fmt.period(
                chart.loc[chart["base"], "month"].iloc[0],
                chart.loc[chart["base"], "month"].iloc[-1],
            ),
        ),
        note=t(
            "About one month in 370 lies outside by chance; with several figures look twice at a single "
            "one. The limits are wide, since one year alone sets them."
        ),
        numbers=chart[~chart["base"]],
        columns={
            "month": (t("Month"), fmt.month),
            "ratio": (t("Change on the year before"), lambda v: _ratio(fmt, v)),
            "low": (t("Lower limit"), lambda v: _ratio(fmt, v)),
            "high": (t("Upper limit"), lambda v: _ratio(fmt, v)),
        },
    )
