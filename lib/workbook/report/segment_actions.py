"""What to do for each segment, and the lists of who is in it."""

import pandas as pd

from workbook.analysis.rfm import DIMENSIONS

from .segment_words import SEGMENT_ACTIONS, SEGMENTS

__all__ = ["action_section", "segment_lists"]

#: File names of the lists, the same in every language.
LIST_NAMES = {
    "111": "champions",
    "101": "promising",
    "011": "valuable_slipping",
    "001": "valuable_nearly_lost",
    "110": "loyal",
    "100": "new_or_occasional",
    "010": "regulars_slipping",
    "000": "nearly_lost",
}


def action_section(report, value, money, check, *, review_on):
    """What to do for every segment, with the evidence it rests on."""
    t, fmt = report.t, report.fmt
    table = value[value["customers"] > 0].copy()
    table["name"] = [t(SEGMENTS[code]) for code in table["segment"]]
    table["action"] = [t(SEGMENT_ACTIONS[code][0]) for code in table["segment"]]
    table["owner"] = [t(SEGMENT_ACTIONS[code][1]) for code in table["segment"]]
    columns = {
        "name": t("Segment"),
        "customers": (t("Customers"), fmt.count),
        "action": t("Action"),
        "owner": t("Owner"),
    }
    if check is not None:
        follow = check.follow.set_index("group")
        table["again"] = table["segment"].map(follow["buying_share"])
        table["expected"] = table["segment"].map(money["expected"])
        columns |= {
            "again": (t("Bought again"), fmt.percent),
            "expected": (t("Expected per year"), fmt.money),
        }
    report.table(table, columns=columns, caption=t("One action per segment"))
    report.text(
        t(
            "All of them are reviewed on {date}. The table below holds the actions of the findings.",
            date=fmt.date(review_on),
        )
    )


def segment_lists(report, scores):
    """One customer list per segment that has members, the highest amounts first."""
    t, fmt = report.t, report.fmt
    columns = {
        "customer_id": t("Customer"),
        "cell": t("R-F-M score"),
        **{
            DIMENSIONS[key]: head
            for key, head in {
                "r": t("Days since the last purchase"),
                "f": t("Purchase days"),
                "m": t("Amount"),
            }.items()
        },
    }
    ordered = scores.sort_values(["amount", "customer_id"], ascending=[False, True])
    rows = []
    for code, name in LIST_NAMES.items():
        members = ordered[ordered["segment"] == code]
        if len(members):
            file = report.customer_list(name, members, columns=columns, say=False)
            rows.append((t(SEGMENTS[code]), len(members), file))
    report.table(
        pd.DataFrame(rows, columns=["name", "customers", "file"]),
        columns={
            "name": t("Segment"),
            "customers": (t("Customers"), fmt.count),
            "file": t("File, delivered apart"),
        },
        caption=t("One list per segment, the highest amounts first"),
    )
