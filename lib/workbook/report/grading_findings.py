"""What the grading report finds about tiers, weights and concentration."""

from .findings import finding
from .grading_words import basis_word, missing, share_range

__all__ = ["answer_sentence", "grading_findings", "key_figures"]

#: Share of weightings under which a tier is called sure.
SURE = 0.90


def answer_sentence(report, grading, owed):
    """Who is strategic, important and ordinary, and how long the money is outstanding."""
    t, fmt = report.t, report.fmt
    why = missing(report, grading)
    if why:
        return why
    counts, table = grading.counts, grading.table
    total = table["contribution"].clip(lower=0).sum()
    top = table["tier"] == "strategic"
    said = t(
        "{strategic} strategic, {important} important and {ordinary} ordinary customers.",
        strategic=fmt.count(counts["strategic"]),
        important=fmt.count(counts["important"]),
        ordinary=fmt.count(counts["ordinary"]),
    )
    gap = "" if report.language.code == "zh" else " "
    if top.any() and total > 0:
        said += gap + t(
            "The strategic ones make {share} of the {basis} of 12 months; {sure} of them stay strategic "
            "under at least {limit} of all weightings of the four factors.",
            share=fmt.percent(table.loc[top, "contribution"].clip(lower=0).sum() / total, 0),
            basis=basis_word(report, grading.basis),
            sure=fmt.count((table.loc[top, "sure"] >= SURE).sum()),
            limit=fmt.percent(SURE, 0),
        )
    if owed and owed["days"] is not None:
        said += gap + t("Invoices are outstanding for {days} (DSO).", days=fmt.days(owed["days"]))
    return said


def key_figures(report, grading, owed, care, top):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    if missing(report, grading):
        count = 0 if grading is None else len(grading.table)
        return [(t("Customers graded"), fmt.count(count), t("too few or none"))]
    counts, table = grading.counts, grading.table
    sure = (table.loc[table["tier"] == "strategic", "sure"] >= SURE).sum()
    figures = [
        (t("Strategic customers"), fmt.count(counts["strategic"]),
         t("{n} sure under nearly every weighting", n=fmt.count(sure))),
        (t("Important customers"), fmt.count(counts["important"]),
         t("of {n} graded", n=fmt.count(len(table)))),
    ]  # fmt: skip
    if top["share"] is not None and top["low"] is not None:
        figures.append((t("Top 20 % of customers make"), fmt.percent(top["share"], 0), share_range(report, top)))  # fmt: skip
    if owed and owed["days"] is not None:
        ends = "" if owed["low"] is None else fmt.interval(owed["low"], owed["high"], fmt.days)
        figures.append((t("Days sales outstanding"), fmt.days(owed["days"]), ends))
    if care is not None:
        figures.append((t("Key accounts overdue for contact"), fmt.count(care.overdue),
                        t("of {n} with a cadence", n=fmt.count(len(care.accounts)))))  # fmt: skip
    return figures


def grading_findings(report, study, *, review_on):
    """Findings on tiers, concentration and what is not known; None where one can't be made.

    `study` from `grading_parts.parts_of`.
    """
    grading = study.grading
    if missing(report, grading):
        return []
    return [
        _tiers(report, grading, review_on),
        _top(report, grading, study.top),
        _losses(report, grading, study.losses, review_on),
        _unknown(report, grading, review_on),
    ]


def _tiers(report, grading, review_on):
    t, fmt = report.t, report.fmt
    counts, table = grading.counts, grading.table
    rows = table[table["tier"] == "strategic"]
    unsure = int((rows["sure"] < SURE).sum())
    return finding(
        metric="strategic",
        statement=t(
            "{n} of {of} customers are strategic; {unsure} of them would be less under more than "
            "{rest} of all weightings of need, ability to pay, long-term value and willingness.",
            n=fmt.count(counts["strategic"]),
            of=fmt.count(len(table)),
            unsure=fmt.count(unsure),
            rest=fmt.percent(1 - SURE, 0),
        ),
        rung="descriptive",
        value=counts["strategic"],
        n=len(table),
        action=t("Settle the tiers with sales: the sure ones at once, the others by the fact named on each appraisal."),
        owner=t("Head of sales"),
        review_on=review_on,
    )  # fmt: skip


def _top(report, grading, top):
    t, fmt = report.t, report.fmt
    if top["share"] is None or top["of"] < 30:
        return None
    return finding(
        metric="top_fifth_share",
        statement=t(
            "The top 20 % of the customers with a contribution ({n}) make {share} of the {basis} of "
            "12 months ({interval}).",
            n=fmt.count(top["customers"]),
            share=fmt.percent(top["share"]),
            basis=basis_word(report, grading.basis),
            interval=share_range(report, top),
        ),
        rung="descriptive",
        value=top["share"],
        low=top["low"],
        high=top["high"],
        n=top["of"],
    )


def _losses(report, grading, losses, review_on):
    t, fmt = report.t, report.fmt
    rows = losses[losses["customers"] <= 10]
    if not len(rows) or rows["stop_one"].isna().all():
        return None
    row = rows.iloc[-1]
    return finding(
        metric="top_customers_share",
        statement=report.tn(
            "The largest customer makes {share} of the revenue of 12 months; with a chance of {stop} it "
            "buys nothing in the year ahead.",
            "The {n} largest customers make {share} of the revenue of 12 months; with a chance of {stop} "
            "at least one of them buys nothing in the year ahead.",
            int(row["customers"]),
            share=fmt.percent(row["share"]),
            stop=fmt.percent(row["stop_one"], 0),
        ),
        rung="predictive",
        value=row["share"],
        n=len(grading.table),
        action=t("Agree a plan for each of these customers, with more than one person known there, and set a limit for the share of a single one."),
        owner=t("Head of key accounts"),
        review_on=review_on,
    )  # fmt: skip


def _unknown(report, grading, review_on):
    t, fmt = report.t, report.fmt
    rows = grading.table
    rows = rows[(rows["tier"] != "ordinary") & ~rows["known_ability"].to_numpy(bool)]
    if rows.empty:
        return None
    return finding(
        metric="ability_unknown",
        statement=report.tn(
            "Nothing but purchases speaks for the ability to pay of {n} important or strategic customer, who "
            "brought {money} in 12 months.",
            "Nothing but purchases speaks for the ability to pay of {n} important or strategic customers, who "
            "brought {money} in 12 months.",
            len(rows),
            money=fmt.money(rows["revenue"].sum()),
        ),
        rung="descriptive",
        value=len(rows),
        n=len(grading.key),
        action=t("Get a rating or the last statements of these customers before their limits are raised."),
        owner=t("Head of credit control"),
        review_on=review_on,
    )  # fmt: skip
