"""Doubts, themes carried, sources and fullness, as figures of the data quality report.

Each function takes the report and finished results, and shows one chart or table with its answer,
or says in a sentence why there is none.
"""

from . import charts, terms
from .quality_words import place_words, table_word

__all__ = [
    "show_doubts",
    "show_filled",
    "show_sources",
    "show_themes",
]

_MOST_BARS = 14


def show_doubts(report, doubts, words):
    """Every doubt with its size; `words(report, row)` says what it is."""
    t, fmt = report.t, report.fmt
    if doubts.empty:
        report.text(t("Nothing in these data calls for doubt: no rule had to keep or lose a row."))
        return
    report.table(
        doubts.assign(
            name=[table_word(report, table) for table in doubts["table"]],
            what=[words(report, row) for row in doubts.itertuples()],
            verdict=[t("grave") if grave else t("small") for grave in doubts["grave"]],
        ),
        columns={
            "what": t("What is in doubt"),
            "name": t("Table"),
            "rows": (t("Rows"), fmt.count),
            "share": (t("Share of the table"), lambda share: fmt.percent(share, 2)),
            "money": (t("Money"), fmt.money),
            "verdict": t("Weight"),
        },
    )


def show_themes(report, carried, doubts):
    """Per theme: which tables are there, which are missing, how many doubts touch them."""
    t, fmt = report.t, report.fmt
    comma = t(", ")

    def listed(names):
        return comma.join(table_word(report, name) for name in names) or "–"

    grave = doubts[doubts["grave"]].groupby("table").size()
    any_of = doubts.groupby("table").size()
    rows = carried.assign(
        name=[terms.term(report.language, terms.THEMES, theme) for theme in carried["theme"]],
        tables=[listed(names) for names in carried["there"]],
        lacking=[listed(names) for names in carried["missing"]],
        doubts=[int(sum(any_of.get(name, 0) for name in names)) for names in carried["there"]],
        grave=[int(sum(grave.get(name, 0) for name in names)) for names in carried["there"]],
    )
    report.table(
        rows,
        columns={
            "name": t("Theme"),
            "tables": t("Tables there"),
            "lacking": t("Tables missing"),
            "doubts": (t("Doubts"), fmt.count),
            "grave": (t("of them grave"), fmt.count),
        },
    )


def show_sources(report, overview, sources):
    """Where the rows come from: file, table, rows read and kept, last day."""
    t, fmt = report.t, report.fmt
    files = sources.groupby("table", sort=False)["file"].agg(list)
    comma = t(", ")

    def named(table):
        names = files[table]
        more = len(names) - 3
        text = comma.join(names[:3])
        return text if more <= 0 else t("{files} and {n} more", files=text, n=fmt.count(more))

    rows = overview.assign(
        name=[table_word(report, name) for name in overview["table"]],
        from_files=[named(table) for table in overview["table"]],
        lost=1 - overview["rows_kept"] / overview["rows_read"].where(overview["rows_read"] > 0),
    )
    report.table(
        rows,
        columns={
            "name": t("Table"),
            "from_files": t("Source"),
            "rows_read": (t("Rows read"), fmt.count),
            "rows_kept": (t("Rows kept"), fmt.count),
            "lost": (t("Share left out"), lambda share: fmt.percent(share, 2)),
            "first": (t("First day"), fmt.date),
            "last": (t("Last day"), fmt.date),
        },
    )


def show_filled(report, filled):
    """The columns with most empty cells; the table behind holds every column."""
    t, fmt = report.t, report.fmt
    # nobody fills a reason or an end where nothing has ended: only what unlocks something counts
    useful = filled[(filled["unlocks"] != "") | filled["required"]]
    empty = useful[useful["share"] < 1].sort_values("share", kind="stable")
    numbers = filled.assign(
        name=[table_word(report, name) for name in filled["table"]],
        unlocks=[t(text) if text else "–" for text in filled["unlocks"]],
    )
    columns = {
        "name": t("Table"),
        "column": t("Column"),
        "rows": (t("Rows"), fmt.count),
        "filled": (t("Filled cells"), fmt.count),
        "share": (t("Share filled"), fmt.percent),
        "unlocks": t("What it unlocks"),
    }
    if empty.empty:
        report.text(t("Every column that an analysis reads is filled in every row."))
        report.table(numbers, columns=columns)
        return
    shown = empty.head(_MOST_BARS)
    bars = shown.assign(name=[place_words(report, r.table, r.column) for r in shown.itertuples()])
    first = bars.iloc[0]
    report.figure(
        charts.plot_bars(
            bars,
            label="name",
            value="share",
            form=fmt.percent,
            title=t(
                "{full} of {n} columns are full; the emptiest is {column}, {share} filled",
                full=fmt.count((filled["share"] == 1).sum()),
                n=fmt.count(len(filled)),
                column=first["name"],
                share=fmt.percent(first["share"]),
            ),
            alt=t("Share of filled cells of the columns with most empty ones."),
        ),
        subtitle=t("Share of rows in which the column is filled, the emptiest columns first"),
        note=t(
            "An empty cell is no error by itself: an order that has not been delivered has no day of "
            "delivery. What counts is whether the share is what the business lets expect."
        ),
        numbers=numbers,
        columns=columns,
    )
