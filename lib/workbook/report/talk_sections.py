"""Who is in touch with us, and what they bought afterwards, as figures of the behaviour report."""

import pandas as pd

from . import charts
from .behavior_words import named_segment, talk_name
from .leaving_figures import p_value

__all__ = ["show_talk"]


def show_talk(report, talk, *, cut):
    """Who was in touch, by kind and segment, and what they bought afterwards."""
    t, fmt = report.t, report.fmt
    if talk is None:
        report.text(
            t(
                "Interaction by social media, mail, call, chat and visit: not possible, needs events of these "
                "kinds with customer_id, or the table visits."
            )
        )
        return
    whole = talk.kinds[talk.kinds["segment"].isna()].sort_values("share", ascending=False)
    whole = whole.assign(name=[talk_name(report, kind) for kind in whole["kind"]])
    first = whole.iloc[0]
    parts = talk.kinds[talk.kinds["segment"].notna()]
    numbers = pd.concat([whole, parts]).assign(
        kind_name=lambda rows: [talk_name(report, kind) for kind in rows["kind"]],
        segment_name=lambda rows: [
            t("all customers") if pd.isna(segment) else named_segment(report, segment)
            for segment in rows["segment"]
        ],
    )
    report.figure(
        charts.plot_bars(
            whole,
            label="name",
            value="share",
            low="low",
            high="high",
            form=fmt.percent,
            title=t(
                "Most customers are in touch by {kind}: {share}",
                kind=first["name"],
                share=fmt.percent(first["share"]),
            ),
            alt=t("Bars: share of customers in touch in the last 12 months, by kind of contact."),
        ),
        subtitle=t("Share of {n} customers, last 12 months", n=fmt.count(first["customers"])),
        note=t("A contact that nobody recorded is missing here. Segments: {cut}.", cut=cut),
        numbers=numbers.sort_values(["kind", "customers"], ascending=[True, False]),
        columns={
            "kind_name": t("Kind"),
            "segment_name": t("Segment"),
            "customers": (t("Customers"), fmt.count),
            "share": (t("in touch"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "per_hundred": (t("Contacts per 100 customers"), fmt.number),
            "p_chance": (t("p of equal segments"), lambda p: p_value(report, p)),
        },
    )
    if not len(talk.buying):
        return
    names = {0: t("no kind"), 1: t("one kind"), 2: t("two kinds or more")}
    report.table(
        talk.buying.assign(name=[names[kinds] for kinds in talk.buying["kinds"]]),
        columns={
            "name": t("In touch by"),
            "customers": (t("Customers"), fmt.count),
            "share": (t("Bought in the 6 months after"), fmt.percent),
            "low": (t("Interval from"), fmt.percent),
            "high": (t("to"), fmt.percent),
            "like_for_like": (t("Against no kind, equal purchases before"), fmt.points),
            "like_low": (t("Interval from"), fmt.points),
            "like_high": (t("to"), fmt.points),
        },
        caption=t(
            "Contacts in 6 months, purchases in the 6 months after them, of customers who had bought. Who is in "
            "touch differs in other ways too: this says nothing of what a contact does."
        ),
    )
