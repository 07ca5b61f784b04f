"""What customers say: sources, topics, words that are new, as figures of the satisfaction report."""

from . import charts
from .voice_words import CLASSES, SOURCES, TOPICS, interval_words, named

__all__ = [
    "show_by_source",
    "show_new",
    "show_sources",
    "show_topics",
]

MOST = 12  # topics in a chart


def show_sources(report, table):
    """Sources by volume and score; `table` from `topics.source_table`."""
    t, fmt = report.t, report.fmt
    if table.empty:
        report.text(t("Not possible: needs comments in surveys, or texts in feedback."))
        return
    rows = table.assign(
        name=[named(report, SOURCES, code) for code in table["source"]],
        scored=[
            interval_words(report, row.place_low, row.place_high, fmt.percent)
            for row in table.itertuples()
        ],
        told=[
            interval_words(report, row.negative_low, row.negative_high, fmt.percent)
            for row in table.itertuples()
        ],
    )
    report.table(
        rows,
        columns={
            "name": t("Source"),
            "comments": (t("Comments"), fmt.count),
            "rated": (t("with a score"), fmt.count),
            "place": (t("Mean score, place on its scale"), fmt.percent),
            "scored": t("Interval"),
            "negative": (t("Negative, corrected"), fmt.percent),
            "told": t("Interval"),
            "last_on": (t("Last on"), fmt.date),
        },
    )


def show_topics(report, table, quotes, *, covered, comments):
    """Topics; `table` from `topics.topic_table`, `quotes` from `quotations.quotations`."""
    t, fmt = report.t, report.fmt
    if not comments:
        return
    shown = table[table["enough"]].head(MOST)
    if shown.empty:
        report.text(t("Topics: not enough data, none comes up in 10 comments."))
        return
    shown = shown.assign(name=[named(report, TOPICS, code) for code in shown["topic"]])
    first = shown.iloc[0]
    worst = shown.loc[shown["gap"].idxmin()] if shown["gap"].notna().any() else None
    title = (
        t("Said most often: {topic}; with the lowest scores: {worst}", topic=first["name"], worst=worst["name"])
        if worst is not None and worst["gap_high"] < 0
        else t("Said most often: {topic}, in {share} of the comments", topic=first["name"],
               share=fmt.percent(first["share"], 0))
    )  # fmt: skip
    report.figure(
        charts.plot_bars(
            shown, label="name", value="share", low="low", high="high", form=fmt.percent, title=title,
            highlight=[] if worst is None else [worst["name"]],
            alt=t("Share of comments on each topic with its interval."),
        ),  # fmt: skip
        subtitle=t("Share of {n} comments on each topic; {share} are on one topic or more", n=fmt.count(comments),
                   share=fmt.percent(covered, 0)),
        note=t(
            "A comment may be on several topics; topics are found by stated words. The score is the one "
            "that the same customers gave with the comment; its difference is from all other comments."
        ),
        numbers=shown,
        columns={
            "name": t("Topic"),
            "comments": (t("Comments"), fmt.count),
            "share": (t("Share"), fmt.percent),
            "negative": (t("called negative"), fmt.percent),
            "negative_low": (t("Interval from"), fmt.percent),
            "negative_high": (t("to"), fmt.percent),
            "gap": (t("Score against other comments"), fmt.points),
            "gap_low": (t("Interval from"), fmt.points),
            "gap_high": (t("to"), fmt.points),
        },
    )  # fmt: skip
    if len(quotes):
        sides = ["satisfied" if good else "dissatisfied" for good in quotes["satisfied"]]
        report.table(
            quotes.assign(
                name=[named(report, TOPICS, code) for code in quotes["topic"]],
                side=[t(CLASSES[side]) for side in sides],
                words=[t("\u201c{words}\u201d", words=text) for text in quotes["text"]],
            ),
            columns={
                "name": t("Topic"),
                "side": t("Customer"),
                "words": t("Typical words, as written"),
            },
        )


def show_new(report, rising, words, *, recent_days):
    """Topics and words on the rise; from `topics.rising_topics` and `new_words.new_words`."""
    t, fmt = report.t, report.fmt
    up = rising[rising["rises"]] if len(rising) else rising
    if not len(rising):
        report.text(
            t(
                "New topics: not enough data, fewer than 30 comments in the last {days} or before.",
                days=fmt.days(recent_days),
            )
        )
    elif up.empty:
        report.text(
            t(
                "No topic comes up more often in the last {days} than in the year before.",
                days=fmt.days(recent_days),
            )
        )
    else:
        report.table(
            up.assign(name=[named(report, TOPICS, code) for code in up["topic"]]),
            columns={
                "name": t("Topic on the rise"),
                "before": (t("Share, year before"), fmt.percent),
                "recent": (t("last {days}", days=fmt.days(recent_days)), fmt.percent),
                "change": (t("Change"), fmt.points),
                "low": (t("Interval from"), fmt.points),
                "high": (t("to"), fmt.points),
            },
        )
    if len(words):
        report.table(
            words,
            columns={
                "word": t("Word that became commoner, as written"),
                "before": (t("Comments, year before"), fmt.count),
                "recent": (t("last {days}", days=fmt.days(recent_days)), fmt.count),
                "share_before": (t("Share before"), fmt.percent),
                "share_recent": (t("Share now"), fmt.percent),
            },
        )
    elif len(rising):
        report.text(t("No word has become commoner beyond chance."))


def show_by_source(report, shares, counts):
    """Topics in each source; from `topics.topics_by_source`."""
    t, fmt = report.t, report.fmt
    spoken = [name for name in ("interview", "focus_group") if name in counts]
    if len(counts.columns) < 2:
        report.text(
            t(
                "Topics by source: there is one source only; interview and focus-group notes go into feedback."
            )
        )
        return
    rows = shares[(counts.sum(axis=1) >= 10)].head(MOST)
    if rows.empty:
        report.text(t("Topics: not enough data, none comes up in 10 comments."))
        return
    top = shares.mean(axis=1).idxmax()
    rows = rows.copy()
    rows.index = [named(report, TOPICS, code) for code in rows.index]
    rows.columns = [named(report, SOURCES, code).replace(" ", "\n") for code in rows.columns]
    report.figure(
        charts.plot_heatmap(
            rows,
            form=lambda share: fmt.percent(share, 0),
            title=t("Named in every source: {topic}", topic=named(report, TOPICS, top))
            if (shares.loc[top] > 0).all()
            else t("What is named depends on where customers are asked"),
            alt=t("Share of the comments of each source that are on each topic."),
        ),  # fmt: skip
        subtitle=t("Share of the comments of each source; a comment may be on several topics"),
        note=t(
            "Interviews and focus groups were coded by the same words as all others. They are few and "
            "chosen: they show what is said, not how often."
        )
        if spoken
        else t("No notes of interviews or focus groups are in feedback."),
    )
