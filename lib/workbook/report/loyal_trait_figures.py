"""In which traits loyal customers differ from others, as figures."""

from . import charts
from .loyalty_words import TRAITS, TYPES, worded
from .segment_words import chart_label, value_word

__all__ = ["show_traits"]

FEWEST = 30


def show_traits(report, part):
    """In which traits loyal customers differ; `part` from `loyalty_parts.traits_of`."""
    t, fmt = report.t, report.fmt
    if part is None:
        report.text(t("Loyal customers can't be told: the orders are a sample of lines."))
        return
    members, table, shares = part
    if members["loyal"].sum() < FEWEST or (~members["loyal"]).sum() < FEWEST:
        report.text(
            report.tn(
                "Too few loyal customers to tell their traits: {n} of those known for a year.",
                "Too few loyal customers to tell their traits: {n} of those known for a year.",
                int(members["loyal"].sum()),
            )
        )
        return
    if shares is not None and shares["enough"].any():
        large = shares[shares["enough"]].head(10)
        trait = large["trait"].iloc[0]
        words = {code: t(name) for code, name in TYPES.items()} if trait == "type" else {}
        names = [words.get(g, value_word(t, trait, g)) for g in large["group"]]
        large = large.assign(name=[chart_label(name) for name in names])
        report.figure(
            charts.plot_intervals(
                large,
                label="name",
                value="share",
                low="low",
                high="high",
                reference=float(members["loyal"].mean()),
                reference_label=t("all"),
                title=t(
                    "{trait}: {group} has the most loyal customers, {share}",
                    trait=t(TRAITS[trait]) if trait in TRAITS else trait,
                    group=large["name"].iloc[0],
                    share=fmt.percent(large["share"].iloc[0]),
                ),
                alt=t("Share of loyal customers by group, with intervals."),
                form=lambda share: fmt.percent(share, 0),
            ),
            subtitle=t(
                "Share of loyal customers among those known for a year or longer, n = {n}",
                n=fmt.count(len(members)),
            ),
            numbers=large,
            columns={
                "name": t("Group"),
                "customers": (t("Customers"), fmt.count),
                "loyal": (t("Loyal buyers"), fmt.count),
                "share": (t("Share"), fmt.percent),
                "low": (t("Interval from"), fmt.percent),
                "high": (t("to"), fmt.percent),
            },
        )
    _trait_table(report, table)


def _trait_table(report, table):
    t, fmt = report.t, report.fmt
    if not len(table):
        report.text(t("No trait known from the first purchase on can be compared."))
        return
    if not table["differs"].any():
        report.text(t("Loyal customers differ from others in no trait by more than chance."))
    table = worded(report, table, TRAITS, "trait").assign(
        verdict=[t("differ") if d else t("no difference established") for d in table["differs"]]
    )
    report.table(
        table,
        columns={
            "name": t("Trait"),
            "customers": (t("Customers"), fmt.count),
            "loyal_median": (t("Loyal buyers, median"), fmt.number),
            "others_median": (t("Others, median"), fmt.number),
            "size": (t("Size of the difference"), lambda v: fmt.number(v, 2)),
            "verdict": t("Loyal customers and others"),
        },
        caption=t(
            "Traits known from the first purchase on, Holm over traits. Size: for numbers the chance "
            "that a loyal customer has more than another (even: 0.50), for classes Cramér's V."
        ),
    )
