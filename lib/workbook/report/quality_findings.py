"""What the data quality report finds, from finished results."""

from . import terms
from .findings import finding
from .quality_words import doubt_words, place_words, table_word

__all__ = [
    "answer_sentence",
    "doubt_findings",
    "kept_finding",
    "power_finding",
    "unlock_finding",
]

_MOST_GRAVE = 8
_MOST_SMALL = 2  # the table of doubts holds them all
_MOST_THEMES = 3


def answer_sentence(report, overview, doubts, carried):
    """Whether the data can carry the answers."""
    t, tn, fmt = report.t, report.tn, report.fmt
    read, kept = overview["rows_read"].sum(), overview["rows_kept"].sum()
    grave = int(doubts["grave"].sum())
    first = tn(
        "{n} row was read from {tables}, {kept} is used.",
        "{n} rows were read from {tables}, {kept} of them are used.",
        int(read),
        tables=tn("{n} table", "{n} tables", len(overview)),
        kept=fmt.count(kept),
    )
    possible = int((carried["there"].map(len) > 0).sum())
    if not grave:
        verdict = t(
            "No doubt is grave: the data carry what they hold, for {n} of {of} themes.",
            n=fmt.count(possible),
            of=fmt.count(len(carried)),
        )
    else:
        worst = doubts.iloc[0]
        verdict = t(
            "{n} to settle before the figures are trusted; the largest lies in the {table}: {what}.",
            n=tn("{n} grave doubt is", "{n} grave doubts are", grave),
            table=table_word(report, worst["table"]),
            what=doubt_words(report, worst),
        )
    return first, verdict


def kept_finding(report, overview, tables):
    """How much of what was read is used; a fact."""
    t, fmt = report.t, report.fmt
    read, kept = int(overview["rows_read"].sum()), int(overview["rows_kept"].sum())
    if not read:
        return None
    left = read - kept
    return finding(
        metric="rows_kept_share",
        statement=t(
            "All {n} rows read from {files} files are used.",
            n=fmt.count(read),
            files=fmt.count(overview["files"].sum()),
        )
        if not left
        else t(
            "{share} of {n} rows read from {files} files are used; {left} rows were set aside or "
            "removed, each counted in the ledger with its reason.",
            share=fmt.percent(kept / read, 2),
            n=fmt.count(read),
            files=fmt.count(overview["files"].sum()),
            left=fmt.count(left),
        ),
        rung="descriptive",
        value=kept / read,
        n=read,
    )


def doubt_findings(report, doubts, *, years, review_on):
    """One finding per doubt: up to eight grave ones as problems, the two largest small ones as facts."""
    found = []
    grave, small = doubts[doubts["grave"]], doubts[~doubts["grave"]]
    for row in (*grave.head(_MOST_GRAVE).itertuples(), *small.head(_MOST_SMALL).itertuples()):
        grave = bool(row.grave)
        action, owner = _action(report, row) if grave else (None, None)
        money = row.money if row.table == "orders" and row.kind in ("lost", "kept") else None
        yearly = abs(money) / years if money is not None and money == money and years else None
        found.append(
            finding(
                metric=row.code,
                place=_place(row),
                kind="problem" if grave else "fact",
                statement=_statement(report, row),
                rung="descriptive",
                value=row.share,
                n=int(row.of),
                start=row.start if row.kind == "gap" else None,
                money_per_year=yearly,
                money_low=yearly,
                money_high=yearly,
                money_basis="revenue" if yearly is not None else None,
                action=action,
                owner=owner,
                review_on=review_on if grave else None,
            )
        )
    return found


def _place(row):
    if not row.detail:
        return {"table": row.table}
    named = "column" if row.kind == "value" and row.code != "unmatched_join" else "detail"
    return {"table": row.table, named: row.detail}


def _statement(report, row):
    t, fmt = report.t, report.fmt
    table, what = table_word(report, row.table), doubt_words(report, row)
    if row.kind == "billed":
        return t("{table}: {what}.", table=table, what=what)
    if row.kind == "duplicates":
        return t(
            "{table}: {n} {what}, {share} of the customers.",
            table=table, what=what, n=fmt.count(row.rows), share=fmt.percent(row.share),
        )  # fmt: skip
    if row.kind == "gap":
        return t("{table}: {what}.", table=table, what=what)
    if row.money is not None and row.money == row.money:
        return t(
            "{table}: {what}: {n} rows ({share}) with {money}.",
            table=table, what=what, n=fmt.count(row.rows), share=fmt.percent(row.share, 2),
            money=fmt.money(row.money),
        )  # fmt: skip
    return t(
        "{table}: {what}: {n} rows ({share}).",
        table=table, what=what, n=fmt.count(row.rows), share=fmt.percent(row.share, 2),
    )  # fmt: skip


def _action(report, row):
    """What to do about a grave doubt, and whose it is."""
    t = report.t
    sales, it = t("Head of customer management"), t("Owner of the source system")
    actions = {
        "lost": (t("Correct these rows in the source system and export them again."), it),
        "value": (t("Agree with the source system how this column is written."), it),
        "key": (t("Export the table these keys refer to in full, on the same day."), it),
        "contrary": (t("Compare ten of these rows with the source and correct the wrong date."), it),
        "gap": (t("Export these days again, or note why there was nothing."), it),
        "billed": (t("Reconcile orders and invoices of the three months furthest apart."),
                   t("Head of accounting")),
        "duplicates": (t("Decide on the pairs of the review sheet, the likeliest first."), sales),
    }  # fmt: skip
    kept = {
        "unknown_customer_kept": (
            t("Export all customers, those of these orders included, on the same day."), it),
        "possible_duplicates_kept": (
            t("Export orders with a line id, so that copies can be told from second purchases."), it),
        "unmatched_join": actions["key"],
        "negative_sale_kept": (t("Say in the source whether these are returns."), it),
    }  # fmt: skip
    standard = (t("Look at these rows in the review sheet and correct the source."), it)
    return kept.get(row.code, actions.get(row.kind, standard))


def power_finding(report, power, words, names):
    """The question whose data can show least among those that can show anything; a fact."""
    t, fmt = report.t, report.fmt
    shown = power[power["effect"].notna() & (power["form"] == "share")]
    if shown.empty:
        return None
    row = shown.loc[shown["effect"].idxmax()]
    return finding(
        metric="smallest_effect",
        place={"metric": row["question"]},
        statement=t(
            "{question}: with {n} cases in 12 months a difference below {effect} can't be told from "
            "chance (power 80 %).",
            question=t(names[row.question]),
            n=fmt.count(row["n"]),
            effect=words(report, row),
        ),
        rung="descriptive",
        value=float(row["effect"]),
        n=int(row["n"]),
    )


def unlock_finding(report, missing, *, review_on):
    """The missing column that most themes wait for, as an opportunity."""
    t = report.t
    columns = missing[missing["column"] != ""]
    if columns.empty:
        return None
    # of columns that as many themes wait for, the cost comes first: it turns revenue into margin
    ranked = columns.assign(n=columns["themes"].map(len), cost=columns["column"] == "cost")
    row = ranked.sort_values(["n", "cost"], ascending=False, kind="stable").iloc[0]
    names = [terms.term(report.language, terms.THEMES, name) for name in row["themes"]]
    themes = t(", ").join(names[:_MOST_THEMES])
    if len(names) > _MOST_THEMES:
        more = report.fmt.count(len(names) - _MOST_THEMES)
        themes = t("{themes} and {n} more", themes=themes, n=more)
    return finding(
        metric="missing_column",
        place={"table": row["table"], "column": row["column"]},
        kind="opportunity",
        statement=t(
            "{place} is missing or nearly empty; it would unlock: {unlocks} ({themes}).",
            place=place_words(report, row["table"], row["column"]),
            unlocks=t(row.unlocks),
            themes=themes,
        ),
        rung="descriptive",
        value=float(row["n"]),
        action=t("Have this column filled in the next export."),
        owner=t("Owner of the source system"),
        review_on=review_on,
    )
