"""Who stopped buying: by group, by trait, who came back; parts of the churn report."""

import pandas as pd

from . import charts
from .silence_figures import FEWEST, too_short
from .silence_words import CUT_NAMES, NEEDS_ORDERS, TRAITS, group_name

__all__ = ["show_groups", "show_traits", "show_won_back"]


def _missing(report, leavers, silent_days):
    if "orders" not in report.tables:
        return report.t(NEEDS_ORDERS)
    if leavers is None:
        return too_short(report, silent_days)
    return ""


def show_groups(report, found, leavers, *, silent_days):
    """Leaving by stage, segment and stated traits; `leavers` from `leaving_study.leavers`."""
    t, fmt = report.t, report.fmt
    missing = _missing(report, leavers, silent_days)
    if missing:
        report.text(missing)
        return
    tables = []
    for cut, table in leavers.groups.items():
        named = table.assign(
            name=[
                t("{cut}: {group}", cut=t(CUT_NAMES[cut]), group=group_name(report, cut, group))
                for group in table["group"]
            ],
            cut=cut,
            unknown=leavers.unknown[cut],
        )
        tables.append(named)
    large = [table[table["enough"]] for table in tables]
    shown = large[0] if len(large[0]) else large[1] if len(large) > 1 else large[0]
    if shown.empty:
        report.text(t("Churn by group: not enough data, no group has 30 customers."))
        return
    most = shown.iloc[0]
    everyone = leavers.leavers / leavers.customers
    names = [group_name(report, cut, group) for cut, group in zip(shown["cut"], shown["group"], strict=True)]  # fmt: skip
    report.figure(
        charts.plot_intervals(
            shown.assign(short=names),
            label="short",
            value="share",
            low="low",
            high="high",
            reference=everyone,
            reference_label=t("all"),
            form=lambda share: fmt.percent(share, 0),
            title=t(
                "{group}: {share} bought nothing in {days}, all: {all}",
                group=names[0],
                share=fmt.percent(most["share"]),
                days=fmt.days(silent_days),
                all=fmt.percent(everyone),
            ),
            alt=t("One point per stage: share without a purchase, with its interval."),
        ),
        subtitle=t(
            "{n} customers not lost on {cut}; groups as on that day",
            n=fmt.count(leavers.customers),
            cut=fmt.date(found.cut),
        ),
    )
    rows = pd.concat([table[table["enough"]] for table in tables])
    report.table(
        rows.assign(
            interval=[
                fmt.interval(low, high, fmt.percent)
                for low, high in zip(rows["low"], rows["high"], strict=True)
            ],
            worst=[
                fmt.interval(low, high, fmt.percent) if unknown else "–"
                for low, high, unknown in zip(
                    rows["worst_low"], rows["worst_high"], rows["unknown"], strict=True
                )
            ],
        ),
        columns={
            "name": t("Group"),
            "customers": (t("Customers"), fmt.count),
            "leavers": (t("Bought nothing"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "interval": t("Interval"),
            "worst": t("Whatever the unknown are"),
        },
        caption=t(
            "The last column: the share if customers whose group is not known, stayers or leavers, "
            "all belonged to it."
        ),
    )
    said = []
    if "customers" not in report.tables:
        said.append(t("Churn by region or other traits: not possible, needs the table customers."))
    if leavers.orphans["rows"]:
        said.append(
            t(
                "{rows} order lines name no customer. If each were one of a leaver's, the share of "
                "leavers would be {low} in place of {share}.",
                rows=fmt.count(leavers.orphans["rows"]),
                low=fmt.percent(leavers.orphans["low"]),
                share=fmt.percent(leavers.orphans["share"]),
            )
        )
    if said:
        report.text("\n\n".join(said))


def show_traits(report, leavers, *, silent_days):
    """In what leavers and stayers differed before; `leavers` from `leaving_study.leavers`."""
    t, fmt = report.t, report.fmt
    missing = _missing(report, leavers, silent_days)
    if missing:
        report.text(missing)
        return
    if leavers.traits.empty:
        report.text(t("Traits of leavers: not enough data, fewer than 30 left or stayed."))
        return
    number = leavers.traits["kind"] == "number"
    table = leavers.traits.assign(
        name=[t((TRAITS | CUT_NAMES)[trait]) for trait in leavers.traits["trait"]],
        p_word=[_p(fmt, p) for p in leavers.traits["p_holm"]],
        size_word=[
            t("{share} of pairs", share=fmt.percent(size)) if is_number else fmt.number(size, 2)
            for size, is_number in zip(leavers.traits["size"], number, strict=True)
        ],
        differs_word=[t("yes") if differs else t("no") for differs in leavers.traits["differs"]],
    )
    report.table(
        table,
        columns={
            "name": t("Trait"),
            "customers": (t("Customers"), fmt.count),
            "leavers_median": (t("Leavers, median"), fmt.number),
            "stayers_median": (t("Stayers, median"), fmt.number),
            "size_word": t("Leaver has more"),
            "p_word": t("p (Holm)"),
            "differs_word": t("Differs"),
        },
        caption=t(
            "Traits as on the cut. Leaver has more: share of pairs of a leaver and a stayer in which "
            "the leaver has more, 50 % is no difference; for classes Cramer's V. Holm over all rows. "
            "With many customers small differences pass: judge by size. A difference is no reason."
        ),
    )


def _p(fmt, p):
    return "< 0.001" if p < 0.001 else fmt.number(p, 3)


def show_won_back(report, found, leavers, *, silent_days):
    """Lost customers who bought again; `leavers` from `leaving_study.leavers`."""
    t, fmt = report.t, report.fmt
    missing = _missing(report, leavers, silent_days)
    if missing:
        report.text(missing)
        return
    back = leavers.won_back
    if back["lost"] < FEWEST:
        report.text(t("Lost customers who came back: not enough data, fewer than 30 were lost."))
        return
    said = t(
        "Of {lost} customers lost on {cut}, {back} ({share}; {interval}) bought again within "
        "{days}.",
        lost=fmt.count(back["lost"]),
        cut=fmt.date(found.cut),
        back=fmt.count(back["came_back"]),
        share=fmt.percent(back["share"]),
        interval=fmt.interval(back["low"], back["high"], fmt.percent),
        days=fmt.days(silent_days),
    )
    if back["mean"] is not None:
        said = "\n\n".join(
            [
                said,
                t(
                    "They spent {mean} each in that time ({interval}). Which of them an offer had "
                    "reached is not known, so this is no success rate of offers.",
                    mean=fmt.money(back["mean"]),
                    interval=fmt.interval(back["mean_low"], back["mean_high"], fmt.money),
                ),
            ]
        )
    report.text(said)
