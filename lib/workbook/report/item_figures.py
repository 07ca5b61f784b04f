"""How satisfied customers are with the parts of the service, as figures of the satisfaction report."""

from . import voice_charts
from .voice_words import CLASSES, SETS, item_name, named

__all__ = ["show_items", "show_sets"]


def show_items(report, items):
    """Likert bars of the items; `items` from `item_sets.item_levels`."""
    t, fmt = report.t, report.fmt
    if items.empty:
        report.text(
            t(
                "Parts of the service: not possible, needs columns item_* in surveys with a stated or plain scale."
            )
        )
        return
    table = items.sort_values("value", ascending=False, kind="stable")
    table = table.assign(name=[item_name(report, item) for item in table["item"]])
    best, worst = table.iloc[0], table.iloc[-1]
    shares = {code: t(word) for code, word in CLASSES.items()}
    apart = best["low"] > worst["high"]
    title = (
        t("Most satisfied with {best}, least with {worst}", best=best["name"], worst=worst["name"])
        if apart
        else t("No part of the service stands out: best and worst can't be told apart")
    )
    report.figure(
        voice_charts.plot_parts(
            table, label="name", values=shares, form=lambda share: fmt.percent(share, 0), title=title,
            alt=t("Bars for each part of the service: dissatisfied left, satisfied right of the middle."),
        ),  # fmt: skip
        subtitle=t("Share of answers in the worst two and the best two steps, n = {n}", n=fmt.count(table["n"].max())),
        note=t("Sorted by the mean. The mean counts every step of the scale, the bars only its ends."),
        numbers=table,
        columns={
            "name": t("Part of the service"),
            "n": (t("Answers"), fmt.count),
            "mean": (t("Mean"), lambda value: fmt.number(value, 2)),
            "value": (t("Place on the scale"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "dissatisfied": (t("dissatisfied"), fmt.percent),
            "satisfied": (t("satisfied"), fmt.percent),
        },
    )  # fmt: skip


def show_sets(report, table):
    """Satisfaction with product, service, experience, image; `table` from `item_sets.set_table`."""
    t, fmt = report.t, report.fmt
    if table.empty:
        return
    rows = table.assign(
        name=[named(report, SETS, code) for code in table["set"]],
        parts=[t(", ").join(item_name(report, item) for item in items) for items in table["items"]],
        judged=[_reliability(report, row) for row in table.itertuples()],
    )
    report.table(
        rows,
        columns={
            "name": t("Set of items"),
            "parts": t("Items"),
            "n": (t("Answers"), fmt.count),
            "value": (t("Place on the scale"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "judged": t("Do the items measure one thing? (Cronbach's alpha)"),
        },
    )
    absent = [
        t(SETS[code]) for code in ("product", "service", "image") if code not in set(table["set"])
    ]
    if absent:
        report.text(
            t(
                "Not asked, or not told by the items' names: {sets} (param own_sets).",
                sets=t(", ").join(absent),
            )
        )


def _reliability(report, row):
    t = report.t

    def two(value):
        return report.fmt.number(value, 2)

    if len(row.items) < 2:
        return t("one item: not known")
    if row.alpha != row.alpha:
        return t("not enough complete answers")
    words = {
        "alpha": two(row.alpha),
        "interval": report.fmt.interval(row.alpha_low, row.alpha_high, two),
    }
    if row.reliable:
        return t("{alpha} ({interval}): yes", **words)
    if row.weakest:
        return t(
            "{alpha} ({interval}): no; {item} fits least",
            item=item_name(report, row.weakest),
            **words,
        )
    return t("{alpha} ({interval}): no, read the items one by one", **words)
