"""The report's sections on groups that are not RFM: natural groups, classes by expected value."""

from . import charts
from .findings import finding
from .segment_words import SEGMENTS

__all__ = ["classes_section", "groups_finding", "groups_section"]


def groups_finding(report, grouping):
    """Whether customers fall into natural groups."""
    t, fmt = report.t, report.fmt
    if grouping.reason == "too_few":
        return None
    statements = {
        "found": t("Customers fall into {k} stable groups.", k=fmt.count(grouping.k)),
        "one_group": t("No natural groups: by how they buy, customers form one cloud."),
        "undecided": t(
            "No natural groups: their number depends on which half of the customers is looked at."
        ),
        "unstable": t("No natural groups: those found dissolve when customers are drawn again."),
    }
    return finding(
        metric="natural_groups",
        statement=statements[grouping.reason],
        rung="descriptive",
        value=grouping.k if grouping.found else 1,
        n=len(grouping.labels),
    )


def groups_section(report, grouping, profile):
    """Whether customers fall into natural groups, and who they are."""
    t, fmt = report.t, report.fmt
    if grouping.reason == "too_few":
        report.text(t("Too few customers, or too little difference, to look for natural groups."))
        return
    titles = {
        "found": t("Customers fall into {k} groups that hold when customers are drawn again", k=fmt.count(grouping.k)),
        "one_group": t("No natural groups: splitting customers gains no more than chance"),
        "undecided": t("No natural groups: halves of the customers disagree on their number"),
        "unstable": t("No natural groups: those found dissolve when customers are drawn again"),
    }  # fmt: skip
    gaps = grouping.gaps.assign(low=lambda g: g["gap"] - g["se"], high=lambda g: g["gap"] + g["se"])
    ax = charts.plot_intervals(
        gaps.assign(name=[fmt.count(k) for k in gaps["k"]]),
        label="name",
        value="gap",
        low="low",
        high="high",
        title=titles[grouping.reason],
        alt=t("One point per number of groups: the gap statistic with its standard error."),
        xlabel=t("gap statistic (larger: further from chance)"),
    )
    report.figure(
        ax,
        subtitle=t(
            "k-means on recency, frequency and money per purchase day, logarithms, scaled; "
            "{n} customers",
            n=fmt.count(grouping.sampled),
        ),
        note=t(
            "Rows are numbers of groups. The gap compares how tight the groups are with groups in "
            "data without any structure (mean of all references, one standard error)."
        ),
        numbers=grouping.gaps,
        columns={
            "k": (t("Groups"), fmt.count),
            "gap": (t("Gap"), lambda v: fmt.number(v, 2)),
            "se": (t("Standard error"), lambda v: fmt.number(v, 3)),
        },
    )
    if grouping.halves:
        tally = sorted(set(grouping.halves))
        found = [
            t("{k} groups: {n} times", k=fmt.count(k), n=fmt.count(grouping.halves.count(k)))
            for k in tally
        ]
        report.text(
            t(
                "Looked for in {n} random halves of the customers: {found}.",
                n=fmt.count(len(grouping.halves)),
                found=t(", ").join(found),
            )
        )
    table = profile.merge(grouping.stability[["group", "jaccard"]], on="group", how="left")
    report.table(
        table.assign(name=[fmt.count(g) for g in table["group"]]),
        columns={
            "name": t("Group"),
            "customers": (t("Customers"), fmt.count),
            "amount_share": (t("Share of revenue"), fmt.percent),
            "days_since": (t("Days since the last purchase (median)"), fmt.count),
            "purchase_days": (t("Purchase days (median)"), fmt.count),
            "amount": (t("Amount (median)"), fmt.money),
            "jaccard": (t("Stability (0 to 1)"), lambda v: fmt.number(v, 2)),
        },
        caption=t("The best split into groups; a group is stable from 0.75 on"),
    )


def classes_section(report, classes, *, horizon_months, high_share):
    """High and low customers by expected revenue, set against the segments."""
    t, fmt = report.t, report.fmt
    if classes is None:
        report.text(
            t("Not possible yet: without repeat purchases no model can tell what will follow.")
        )
        return
    split, table = classes
    high = split.set_index("group").loc["high"]
    shown = table[table["customers"] > 0]
    shown = shown.assign(name=[t(SEGMENTS[code]) for code in shown["segment"]])
    ax = charts.plot_bars(
        shown,
        label="name",
        value="mean_clv",
        form=fmt.money,
        title=t(
            "The {top} expected to spend most hold {share} of the revenue expected in {period}",
            top=fmt.percent(high_share, 0),
            share=fmt.percent(high["clv_share"]),
            period=fmt.months(horizon_months),
        ),
        alt=t("Bars: expected revenue per customer by segment."),
    )
    report.figure(
        ax,
        subtitle=t(
            "Expected revenue per customer over {period}, by segment; modified BG/NBD and "
            "Gamma-Gamma, not discounted",
            period=fmt.months(horizon_months),
        ),
        note=t(
            "The model looks at each customer's own rhythm; segments look at halves. The theme on "
            "customer value holds the intervals and how well the model has forecast so far."
        ),
        numbers=shown,
        columns={
            "name": t("Segment"),
            "customers": (t("Customers"), fmt.count),
            "high": (t("Among the highest"), fmt.count),
            "high_share": (t("Share of the segment"), fmt.percent),
            "clv": (t("Expected revenue"), fmt.money),
            "mean_clv": (t("Per customer"), fmt.money),
        },
    )
