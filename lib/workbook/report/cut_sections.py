"""The report's sections on cuts: habits, place, person, attitudes, what segments buy."""

import pandas as pd

from workbook.analysis.profiles import group_value

from . import charts
from .findings import finding
from .segment_words import CUTS, SEGMENTS, chart_label, value_word

__all__ = ["attitude_section", "category_section", "cut_findings", "cut_section"]

SHOWN = 12


def cut_findings(report, values, cuts, tests, *, least, review_on):
    """One finding for each cut that separates customers beyond chance."""
    differing = tests.loc[tests["differs"], "cut"]
    return [
        _cut_finding(
            report, cut, group_value(values, cuts[cut].reindex(values.index), least=least),
            review_on=review_on,
        )
        for cut in differing
    ]  # fmt: skip


def _cut_finding(report, cut, table, *, review_on):
    """The widest difference of a cut that separates customers beyond chance."""
    t, fmt = report.t, report.fmt
    ranked = table[table["enough"]]
    if len(ranked) < 2:
        return None
    top, last = ranked.iloc[0], ranked.iloc[-1]
    return finding(
        metric="value_by_cut",
        place={cut: str(top["group"])},
        statement=t(
            "{cut}: {top} has the highest revenue per customer ({high}), {last} the lowest ({low}).",
            cut=t(CUTS[cut]),
            top=value_word(t, cut, top["group"]),
            last=value_word(t, cut, last["group"]),
            high=fmt.money(top["shrunk"]),
            low=fmt.money(last["shrunk"]),
        ),
        rung="descriptive",
        value=top["shrunk"],
        low=top["low"],
        high=top["high"],
        n=int(ranked["customers"].sum()),
    )


def cut_section(report, values, repeat, cuts, tests, *, least, missing):
    """Value by the cuts given: which separate customers, and the one that does so most.

    Parameters
    ----------
    values, repeat : pandas.Series
        Money per customer; whether the customer came back. Index customer_id.
    cuts : pandas.DataFrame
        The cuts of this section, index customer_id.
    tests : pandas.DataFrame
        As `profiles.cut_tests` gives them, for these cuts and others.
    least : int
        Customers a group needs to be ranked.
    missing : str
        The sentence shown where there is no cut.
    """
    t, fmt = report.t, report.fmt
    tests = tests[tests["cut"].isin(list(cuts)) & (tests["groups"] > 0)]
    tests = tests.sort_values("p_adjusted", kind="stable")
    if tests.empty:
        report.text(missing)
        return
    answers = {True: t("differ beyond chance"), False: t("no difference beyond chance")}
    report.table(
        tests.assign(
            name=[t(CUTS[cut]) for cut in tests["cut"]],
            answer=[answers[bool(differs)] for differs in tests["differs"]],
        ),
        columns={
            "name": t("Cut"),
            "groups": (t("Groups"), fmt.count),
            "stated_share": (t("Known for"), fmt.percent),
            "p_adjusted": (t("p, adjusted"), lambda p: "<0.001" if p < 0.001 else fmt.number(p, 3)),
            "answer": t("Revenue per customer"),
        },
        caption=t("Which cuts separate customers by revenue"),
    )
    for place, cut in enumerate(tests["cut"]):
        table = group_value(
            values,
            cuts[cut].reindex(values.index),
            repeat=repeat.reindex(values.index),
            least=least,
        )
        _show_cut(report, cut, table, bool(tests["differs"].iloc[place]), chart=place == 0)


def _show_cut(report, cut, table, differs, *, chart):
    t, fmt = report.t, report.fmt
    names = [value_word(t, cut, value) for value in table["group"]]
    table = table.assign(name=names)
    ranked, small = table[table["enough"]], table[~table["enough"]]
    if len(ranked) > 1 and not ranked["weight"].any():
        report.text(
            t(
                "{cut}: the {n} groups vary no more than chance would; all are near the mean, {mean}.",
                cut=t(CUTS[cut]),
                n=fmt.count(len(ranked)),
                mean=fmt.money(ranked["shrunk"].iloc[0]),
            )
        )
        return
    shown = ranked.head(SHOWN)
    ranges = [fmt.interval(a, b, fmt.money) for a, b in zip(shown["low"], shown["high"], strict=True)]  # fmt: skip
    columns = {
        "name": t(CUTS[cut]),
        "customers": (t("Customers"), fmt.count),
        "mean": (t("Revenue per customer"), fmt.money),
        "shrunk": (t("Drawn to the mean"), fmt.money),
        "range": (t("95 % interval"), str),
        "repeat_share": (t("Came back"), fmt.percent),
    }
    numbers = shown.assign(range=ranges)
    if chart and len(shown) > 1:
        words = {"cut": t(CUTS[cut]), "top": shown["name"].iloc[0]}
        title = (
            t("{cut}: {top} has the highest revenue per customer", **words)
            if differs
            else t("{cut}: no difference in revenue beyond chance", **words)
        )
        ax = charts.plot_intervals(
            shown.assign(label=[chart_label(name) for name in shown["name"]]),
            label="label",
            value="shrunk",
            low="low",
            high="high",
            reference=table["total"].sum() / table["customers"].sum(),
            reference_label=t("mean of all"),
            form=fmt.money,
            title=title,
            alt=t("One point per group: revenue per customer, drawn to the mean, with interval."),
            xlabel=t("revenue per customer"),
        )
        ax.locator_params(axis="x", nbins=4)  # amounts in Chinese are wide
        report.figure(
            ax,
            subtitle=t("{n} customers", n=fmt.count(table["customers"].sum())),
            note=t(
                "Small groups are drawn towards the mean of all, the more the smaller they are."
            ),
            numbers=numbers,
            columns=columns,
        )
    elif len(shown):
        report.table(numbers, columns=columns, caption=t(CUTS[cut]))
    if len(ranked) > SHOWN:
        report.text(
            t("The {n} highest of {all} groups are shown.", n=SHOWN, all=fmt.count(len(ranked)))
        )
    if len(small):
        listed = t(", ").join(small["name"].head(8)) + (" …" if len(small) > 8 else "")
        report.text(t("Too few customers to rank: {groups}.", groups=listed))


def attitude_section(report, values, answers, found, grouping):
    """What attitude items measure, how reliably, and what customers of each attitude spend."""
    t, fmt = report.t, report.fmt
    if answers is None or answers.shape[1] == 0:
        report.text(
            t("Not possible: needs the columns attitude_* of customers (answers to Likert items).")
        )
        return
    if found is None:
        report.text(
            t("The attitude items share no common factor beyond chance, or too few answered them.")
        )
        return
    words = {True: t("yes"), False: t("no")}
    report.table(
        found.factors.assign(
            listed=[t(", ").join(items) for items in found.factors["items"]],
            range=[fmt.interval(a, b, lambda v: fmt.number(v, 2)) for a, b in zip(found.factors["low"], found.factors["high"], strict=True)],
            usable=[words[bool(reliable)] for reliable in found.factors["reliable"]],
        ),
        columns={
            "factor": t("Attitude"),
            "listed": t("Items"),
            "alpha": (t("Cronbach's alpha"), lambda v: fmt.number(v, 2)),
            "range": (t("95 % interval"), str),
            "usable": t("Reliable (0.7 or more)"),
        },
        caption=t("Attitudes behind the answers of {n} customers", n=fmt.count(found.answered)),
    )  # fmt: skip
    thirds = [t("lowest third"), t("middle third"), t("highest third")]
    for factor in found.scores:
        third = pd.qcut(
            found.scores[factor].rank(method="average"), 3, labels=False, duplicates="drop"
        )
        known = values.reindex(third.index).fillna(0.0)
        table = group_value(known, third).sort_values("group")
        ranges = [fmt.interval(a, b, fmt.money) for a, b in zip(table["low"], table["high"], strict=True)]  # fmt: skip
        report.table(
            table.assign(name=[thirds[int(g)] for g in table["group"]], range=ranges),
            columns={
                "name": t("Attitude"),
                "customers": (t("Customers"), fmt.count),
                "mean": (t("Revenue per customer"), fmt.money),
                "shrunk": (t("Drawn to the mean"), fmt.money),
                "range": (t("95 % interval"), str),
            },
            caption=t("Revenue by attitude {factor}", factor=factor),
        )
    if grouping is not None:
        report.text(
            t("By their attitudes customers fall into {k} stable groups.", k=fmt.count(grouping.k))
            if grouping.found
            else t("By their attitudes customers form no natural groups.")
        )


def category_section(report, table):
    """What each segment buys, or the sentence that names the column for it."""
    t, fmt = report.t, report.fmt
    if table is None or table.empty or not table["spent"].sum() > 0:
        report.text(
            t("What each segment buys cannot be shown: needs the column category of orders.")
        )
        return
    matrix = table.pivot(index="segment", columns="category", values="share")
    order = [code for code in SEGMENTS if code in matrix.index]
    columns = table.drop_duplicates("category").set_index("category")["share_all"]
    columns = columns.sort_values(ascending=False, kind="stable").index
    shown = matrix.loc[order, columns]
    top = columns[0]
    ax = charts.plot_heatmap(
        shown.set_axis([t(SEGMENTS[code]) for code in order], axis=0).set_axis(
            [chart_label(name, longest=9) for name in columns], axis=1
        ),
        form=lambda share: fmt.percent(share, 0),
        title=t(
            "{category} is the largest category: {share} of all revenue",
            category=top,
            share=fmt.percent(table.set_index("category")["share_all"].loc[[top]].iloc[0]),
        ),
        alt=t("Matrix of segments and categories, shaded by the share of the segment's revenue."),
    )
    report.figure(
        ax,
        subtitle=t("Share of each segment's revenue by category"),
        note=t("Rows show what a segment buys, not why; compare down a column."),
    )
