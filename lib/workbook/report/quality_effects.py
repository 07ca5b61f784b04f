"""What cleaning did, and what the data can't show, as figures of the data quality report."""

import pandas as pd

from . import charts, terms
from .quality_words import (
    FORMULAS,
    QUESTIONS,
    STATES,
    effect_words,
    kpi_words,
    place_words,
    table_word,
)

__all__ = ["show_duplicates", "show_effects", "show_ledger", "show_missing", "show_power"]

_MOST_MISSING = 60


def show_ledger(report, ledger):
    """The ledger: every rule that met a row, with rows, customers and money."""
    t, fmt = report.t, report.fmt
    if ledger.empty:
        report.text(t("Cleaning set nothing aside."))
        return
    report.table(
        ledger.assign(
            name=[table_word(report, name) for name in ledger["table"]],
            what=[terms.term(report.language, terms.LEDGER, rule) for rule in ledger["rule"]],
            detail=[detail or "–" for detail in ledger["detail"]],
        ),
        columns={
            "what": t("Rule"),
            "name": t("Table"),
            "detail": t("Column or file"),
            "rows": (t("Rows"), fmt.count),
            "customers": (t("Customers"), fmt.count),
            "money": (t("Money"), fmt.money),
        },
    )


def show_effects(report, kpis, effects):
    """Key figures as reported, and as they would be without each rule."""
    t, fmt = report.t, report.fmt
    headings = kpi_words(report)
    if kpis is None:
        report.text(
            t("Key figures before and after cleaning: not possible, needs the table orders.")
        )
        return
    reported = {"what": t("As reported"), "how": "–", "rows": None, **kpis}
    rows = [reported] + [
        {
            "what": terms.term(report.language, terms.LEDGER, row.rule),
            "how": t(STATES[row.state]),
            **{name: getattr(row, name) for name in ("rows", *headings)},
        }
        for row in effects.itertuples()
    ]
    if len(effects):
        moved = effects.assign(
            name=[terms.term(report.language, terms.LEDGER, rule) for rule in effects["rule"]],
            share=(effects["revenue"] / kpis["revenue"] - 1) if kpis["revenue"] else 0.0,
        )
        largest = moved.loc[moved["share"].abs().idxmax()]
        report.figure(
            charts.plot_bars(
                moved,
                label="name",
                value="share",
                form=lambda share: ("+" if share > 0 else "") + fmt.percent(share, 2),
                title=t(
                    "No rule moves revenue by more than {share}",
                    share=fmt.percent(abs(largest["share"]), 2),
                ),
                alt=t("Bars: how much revenue would differ without each rule."),
            ),
            subtitle=t("Revenue without the rule, against revenue as reported"),
            note=t(
                "Each rule is undone alone, all others stay. Rows kept with a doubt are left out "
                "instead; customers who are probably one are merged."
            ),
        )
    else:
        report.text(t("No rule changed a key figure of the orders."))
    columns = {"what": t("Rule"), "how": t("What it did"), "rows": (t("Rows"), fmt.count)}
    report.table(pd.DataFrame(rows), columns=columns | headings)


def show_duplicates(report, duplicates, customers, rows):
    """Exact copies, and customers who are probably one; `rows` {"removed": n, "kept": n}."""
    t, fmt = report.t, report.fmt
    report.text(
        t(
            "Rows that equal another one: {removed} removed, as their line or key repeats; {kept} kept, "
            "as nothing tells a copy from a second purchase.",
            removed=fmt.count(rows["removed"]),
            kept=fmt.count(rows["kept"]),
        )
    )
    if duplicates is None:
        report.text(
            t(
                "Customers who are probably one: not possible, needs name, phone or email in the table "
                "customers. They are read to compare customers and go no further."
            )
        )
        return
    report.text(
        t(
            "Of {n} customers, {expected} pairs are expected to be one and the same; {pairs} pairs of "
            "{customers} customers are likely enough (half or more) to stand on the review sheet.",
            n=fmt.count(customers),
            expected=fmt.number(duplicates["expected"]),
            pairs=fmt.count(duplicates["pairs"]),
            customers=fmt.count(duplicates["customers"]),
        )
    )
    if duplicates["pairs"]:
        report.text(
            t(
                "The sheet lies with the data, not with the reports: review/duplicate_customers.csv. "
                "Copy the rows you agree with into review/merge_customers.csv; the next run counts "
                "them as one customer in every table. Nothing is merged by itself."
            )
        )


def show_power(report, power):
    """The smallest effect that each question's data can show."""
    t, fmt = report.t, report.fmt
    if power.empty:
        report.text(t("No table is there that a question could be asked of."))
        return
    report.table(
        power.assign(
            name=[t(QUESTIONS[question]) for question in power["question"]],
            theme=[terms.term(report.language, terms.THEMES, theme) for theme in power["theme"]],
            smallest=[effect_words(report, row) for row in power.itertuples()],
            formula=[t(FORMULAS[form]) for form in power["form"]],
        ),
        columns={
            "name": t("Comparison"),
            "theme": t("Theme"),
            "n": (t("n"), fmt.count),
            "smallest": t("Smallest difference that shows"),
            "formula": t("Formula"),
        },
    )


def show_missing(report, missing):
    """Tables and columns that would unlock something."""
    t = report.t
    if missing.empty:
        report.text(t("Every table and column of the codebook is there."))
        return
    comma = t(", ")
    rows = missing.head(_MOST_MISSING)
    report.table(
        rows.assign(
            name=[place_words(report, row.table, row.column) for row in rows.itertuples()],
            unlocks=[t(text) for text in rows["unlocks"]],
            themes=[
                comma.join(terms.term(report.language, terms.THEMES, theme) for theme in themes)
                for themes in rows["themes"]
            ],
        ),
        columns={
            "name": t("Missing"),
            "unlocks": t("What it would unlock"),
            "themes": t("For"),
        },
    )
