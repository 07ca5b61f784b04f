"""When customers buy: weekday and hour, season, days of the calendar, as figures of the report."""

from . import charts
from .behavior_words import month_name, named_segment, weekday_name

__all__ = ["show_calendar", "show_seasons", "show_segment_seasons", "show_week"]

FEWEST = 30  # purchases a weekday needs on average
HOURS = 3  # hours put together in a cell


def show_week(report, purchases):
    """Weekday and hour."""
    t, fmt = report.t, report.fmt
    if purchases is None:
        return
    table, hours = purchases.weekdays, purchases.hours
    if table["n"].sum() < 7 * FEWEST:
        report.text(
            t("Too few purchases for days of the week ({n}).", n=fmt.count(table["n"].sum()))
        )
        return
    table = table.assign(name=[weekday_name(report, day) for day in table["weekday"]])
    busiest = table.loc[table["share"].idxmax()]
    title = t(
        "{day} is the busiest day: {share} of the purchases",
        day=busiest["name"],
        share=fmt.percent(busiest["share"]),
    )
    if not busiest["low"] > 1 / 7:
        title = t("No day of the week stands out")
    columns = {
        "name": t("Day"),
        "n": (t("Purchase days"), fmt.count),
        "share": (t("Share"), fmt.percent),
        "low": (t("Interval from"), fmt.percent),
        "high": (t("to"), fmt.percent),
    }
    subtitle = t("n = {n} purchase days, whole span", n=fmt.count(table["n"].sum()))
    if not len(hours):
        report.figure(
            charts.plot_bars(
                table,
                label="name",
                value="share",
                low="low",
                high="high",
                form=fmt.percent,
                title=title,
                alt=t("Share of purchases by day of the week, with intervals."),
            ),
            subtitle=subtitle,
            note=t("The orders hold no time of day."),
            numbers=table,
            columns=columns,
        )
        return
    cells = hours.assign(part=hours["hour"] // HOURS * HOURS)
    wide = cells.pivot_table(index="weekday", columns="part", values="n", aggfunc="sum")
    wide = wide.reindex(index=range(7), columns=range(0, 24, HOURS)).fillna(0)
    wide = wide / wide.to_numpy().sum()
    wide.index = [weekday_name(report, day) for day in wide.index]
    wide.columns = [f"{hour:02d}–{hour + HOURS:02d}" for hour in wide.columns]
    report.figure(
        charts.plot_heatmap(
            wide,
            title=title,
            alt=t("Matrix of the share of purchases by day of the week and time of day."),
            form=lambda share: fmt.number(100 * share, 1),
            xlabel=t("o'clock"),
        ),
        subtitle=subtitle,
        note=t(
            "Percent of purchases; a customer counts once per hour. Times as the source writes them."
        ),
        numbers=table,
        columns=columns,
    )


def show_seasons(report, purchases):
    """Which months stand out, where two years allow it."""
    t, fmt = report.t, report.fmt
    if purchases is None:
        return
    table = purchases.seasons
    if not len(table):
        report.text(
            t(
                "No seasonal adjustment possible: it takes 24 complete months with purchases, the data "
                "hold {n}.",
                n=fmt.count(purchases.months),
            )
        )
        return
    table = table.assign(name=[month_name(report, season) for season in table["season"]])
    top = table.loc[table["index"].idxmax()]
    title = t(
        "{month}: {more} more purchases per day than on average",
        month=top["name"],
        more=fmt.percent(top["index"] - 1, 0),
    )
    if not purchases.seasons_p < 0.01:
        title = t("No season is established: months differ by no more than chance")
    report.figure(
        charts.plot_intervals(
            table,
            label="name",
            value="index",
            low="low",
            high="high",
            reference=1.0,
            reference_label=t("average of the year"),
            form=lambda index: fmt.number(index, 1),
            title=title,
            alt=t(
                "Purchases per day by month as a multiple of the year's average, with intervals."
            ),
        ),
        subtitle=t(
            "Multiple of the average, trend taken off, {n} complete months",
            n=fmt.count(purchases.months),
        ),
        note=t("January and February stand together, as the spring festival moves between them."),
        numbers=table,
        columns={
            "name": t("Month"),
            "index": (t("Multiple of the average"), lambda index: fmt.number(index, 2)),
            "low": (t("Interval from"), lambda index: fmt.number(index, 2)),
            "high": (t("to"), lambda index: fmt.number(index, 2)),
            "months": (t("Months of data"), fmt.count),
        },
    )


def show_calendar(report, purchases):
    """Days of the calendar against ordinary ones."""
    t, fmt = report.t, report.fmt
    if purchases is None:
        return
    if purchases.calendar is None:
        report.text(t("Promotions and holidays: not possible, needs the table calendar."))
        return
    table = purchases.calendar[purchases.calendar["days"] > 0]
    if not len(table):
        report.text(t("No day of the calendar lies within the purchases."))
        return

    def ratio(value):
        return fmt.number(value, 2)

    report.table(
        table,
        columns={
            "event": t("Event"),
            "days": (t("Days"), fmt.count),
            "purchases": (t("Purchases on them"), fmt.count),
            "usual": (t("On the same weekdays around"), fmt.count),
            "ratio": (t("Ratio"), ratio),
            "low": (t("Interval from"), ratio),
            "high": (t("to"), ratio),
        },
        caption=t(
            "What a promotion moves from the days around it is not seen here. Events with fewer than "
            "three days have no ratio."
        ),
    )


def show_segment_seasons(report, table, *, cut):
    """Whether segments buy in different seasons; `table` None where segments can't be made."""
    t, fmt = report.t, report.fmt
    if table is None:
        report.text(
            t(
                "Seasons and interest by {cut}: not possible, the column is missing in customers.",
                cut=cut,
            )
        )
        return
    if not len(table):
        report.text(
            t(
                "Seasons by {cut}: not enough data, it takes 12 months and two groups of 30 customers.",
                cut=cut,
            )
        )
        return
    clear = table[table["p_holm"] < 0.05].sort_values("p_holm")
    title = t("Seasons differ between groups by no more than chance ({cut})", cut=cut)
    if len(clear):
        first = clear.iloc[0]
        title = t(
            "{segment} buy {share} in {month}, the others {others}",
            segment=named_segment(report, first["segment"]),
            share=fmt.percent(first["share"]),
            month=month_name(report, first["season"]),
            others=fmt.percent(first["others"]),
        )
    wide = table.pivot(index="segment", columns="season", values="share")
    wide.index = [named_segment(report, segment) for segment in wide.index]
    wide.columns = [month_name(report, season) for season in wide.columns]
    report.figure(
        charts.plot_heatmap(
            wide,
            title=title,
            alt=t("Matrix of the share of a group's purchases by month."),
            form=lambda share: fmt.number(100 * share, 0),
        ),
        subtitle=t("Percent of the group's purchases, last whole years ({cut})", cut=cut),
        note=t("Differences are called beyond chance after Holm over all cells."),
        numbers=(clear if len(clear) else table).assign(
            name=lambda rows: [named_segment(report, segment) for segment in rows["segment"]],
            month=lambda rows: [month_name(report, season) for season in rows["season"]],
        ),
        columns={
            "name": t("Group"),
            "month": t("Month"),
            "purchases": (t("Purchase days"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "others": (t("among the others"), fmt.percent),
            "difference": (t("Difference"), fmt.points),
        },
    )
