"""Members of the loyalty programme: who is compared and who can't be, and tiers."""

import pandas as pd

from .loyalty_words import absent_sentence, there

__all__ = ["show_members"]


def show_members(report, part):
    """Members, who of them is compared, and tiers; `part` from `loyalty_parts.programme_of`."""
    t, fmt = report.t, report.fmt
    if not there(part):
        report.text(absent_sentence(report, part, t("The programme's members")))
        return
    study, by_tier = part
    names = {
        "members": t("Members"),
        "compared": t("joined as customers known before, compared below"),
        "recent": t("joined too recently to be followed"),
        "with_first": t("joined with their first purchase or before it: no time before to compare"),
        "never_bought": t("have never bought"),
        "other": t("known too shortly, or silent when they joined"),
    }
    rows = pd.DataFrame(
        [(name, study.reasons[code]) for code, name in names.items()], columns=["name", "members"]
    )
    rows["share"] = rows["members"] / max(study.reasons["members"], 1)
    report.table(
        rows,
        columns={
            "name": t("Members of the programme"),
            "members": (t("Members"), fmt.count),
            "share": (t("Share"), fmt.percent),
        },
    )
    if by_tier is None:
        report.text(t("Tiers: not possible, needs the column tier of the memberships table."))
    elif len(by_tier):
        report.table(
            by_tier,
            columns={
                "tier": t("Tier"),
                "members": (t("Members"), fmt.count),
                "active_share": (t("Bought in the last 12 months"), fmt.percent),
                "mean": (t("Spent in the last 12 months, mean"), fmt.money),
                "low": (t("Interval from"), fmt.money),
                "high": (t("to"), fmt.money),
            },
            caption=t(
                "Tiers are given for spending: that higher tiers spend more says nothing of what "
                "the tier brings."
            ),
        )
