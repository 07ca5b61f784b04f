"""What customers do after a complaint, as figures of the service report."""

import pandas as pd

from workbook.analysis.matching import e_value

from . import charts
from .service_words import ENDS, FEATURES, missing

__all__ = ["show_followup", "show_likeness"]


def show_followup(report, service, followup):
    """What customers do after a complaint; `followup` from `complaint_followup`."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why:
        report.text(why)
        return
    if service.days is None:
        report.text(t("What customers buy after a complaint: not possible, needs the table orders."))  # fmt: skip
        return
    if followup is None:
        report.text(
            t("What customers buy after a complaint: not enough data, fewer than 30 complaints can be followed and matched.")
        )  # fmt: skip
        return
    stops, amount = followup.stops, followup.amount
    rows = [("", t("all"), amount.difference, amount.low, amount.high, amount.n)]
    for kind, table in (("cause", followup.by_cause), ("end", followup.by_end)):
        for _, row in table.head(8).iterrows():
            name = t(ENDS[row["group"]]) if kind == "end" else str(row["group"])
            rows.append((kind, name, row["difference"], row["low"], row["high"], row["n"]))
    table = pd.DataFrame(rows, columns=["kind", "name", "difference", "low", "high", "n"])
    clear = stops.low > 0 or stops.high < 0
    said = {
        "share": fmt.percent(stops.value),
        "other": fmt.percent(stops.expected),
        "days": fmt.days(followup.follow_days),
    }
    title = (
        t("After a complaint {share} buy nothing for {days}; of others alike {other}", **said)
        if clear
        else t("After a complaint {share} buy nothing for {days}, others alike {other}: no clear difference", **said)
    )  # fmt: skip
    ax = charts.plot_intervals(
        table,
        label="name",
        value="difference",
        low="low",
        high="high",
        form=fmt.money,
        reference=0.0,
        reference_label=t("no difference"),
        title=title,
        alt=t("Points: money spent after a complaint less that of others alike, with intervals."),
        xlabel=t("money spent in the days after, against others alike"),
    )
    ax.locator_params(axis="x", nbins=5)
    report.figure(
        ax,
        subtitle=t(
            "{n} complaints from {first} to {last}, {others} days of customers alike",
            n=fmt.count(stops.n),
            first=fmt.date(followup.first),
            last=fmt.date(followup.last),
            others=fmt.count(stops.others),
        ),
        note=_followup_note(report, followup),
        numbers=table.assign(
            interval=[fmt.interval(a, b, fmt.money) for a, b in zip(table["low"], table["high"], strict=True)]
        ),
        columns={
            "name": t("Complaints"),
            "n": (t("Followed"), fmt.count),
            "difference": (t("Spent more or less than others alike"), fmt.money),
            "interval": t("Interval"),
        },
    )  # fmt: skip


def _followup_note(report, followup):
    t, fmt = report.t, report.fmt
    stops = followup.stops
    texts = [
        t(
            "Alike: as long since the last purchase, as many purchases and as much spent in the year "
            "before, as long a customer, of the same type, in the same half year. {unmatched} complaints had no counterpart.",
            unmatched=fmt.count(stops.unmatched),
        ),
        t("The comparison holds if nothing else parts the two groups; it is no proof."),
    ]
    if stops.low > 0:
        texts.append(
            t(
                "Something unseen would have to go {n} times as often with both complaining and "
                "stopping to make the difference of {ratio} times on its own (E-value).",
                n=fmt.number(e_value(stops.ratio), 1),
                ratio=fmt.number(stops.ratio, 2),
            )
        )
    return " ".join(texts)


def show_likeness(report, followup):
    """How alike the matched groups were, and a year in which nothing should show."""
    t, fmt = report.t, report.fmt
    if followup is None:
        return
    report.table(
        followup.balance.assign(name=[t(FEATURES[c]) for c in followup.balance["column"]]),
        columns={
            "name": t("On the day"),
            "kept": (t("Complaints compared, mean"), fmt.number),
            "matched": (t("Others alike"), fmt.number),
            "first": (t("All complaints"), fmt.number),
            "others": (t("Others before matching"), fmt.number),
            "after": (t("Difference left, in standard deviations"), lambda n: fmt.number(n, 2)),
        },
        caption=t("Below 0.1 standard deviations a difference is small."),
    )
    earlier = followup.earlier
    if earlier is None:
        return
    said = {
        "gap": fmt.money(earlier.difference),
        "interval": fmt.interval(earlier.low, earlier.high, fmt.money),
    }
    if earlier.low <= 0 <= earlier.high:
        report.text(t("In the year before the matched one both had spent alike: {gap} apart ({interval}).", **said))  # fmt: skip
    else:
        report.text(
            t("Careful: in the year before the matched one they had not spent alike ({gap}, {interval}), so the groups differ in more than the complaint.", **said)
        )  # fmt: skip
