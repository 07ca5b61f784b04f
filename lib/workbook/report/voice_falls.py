"""What the satisfaction report finds of groups: falls since a wave, and the group least satisfied."""

from .findings import finding
from .voice_findings import place_of
from .voice_words import group_name

__all__ = ["fall_findings", "group_finding"]


def fall_findings(report, fallen, stakes, spending, *, review_on):
    """Falls of satisfaction as problems.

    `stakes` and `spending` hold, in the order of `fallen`, `satisfaction_stake.fall_stake` and
    `satisfaction_stake.group_spending`.
    """
    t, fmt = report.t, report.fmt
    found = []
    for (_, row), stake, money in zip(fallen.iterrows(), stakes, spending, strict=True):
        said = t(
            "{where}, the mean answer is {change} steps lower since {wave} ({interval}, 80 %).",
            where=place_of(report, row),
            wave=row["wave"],
            change=fmt.number(-row["change"], 2),
            interval=fmt.interval(
                -row["high_80"], -row["low_80"], lambda value: fmt.number(value, 2)
            ),
        )
        if stake is None and money:
            said = said + t(
                " These customers spent {money} in the last year; how much of it is at stake the data "
                "do not show.",
                money=fmt.money(money),
            )
        found.append(
            finding(
                metric="satisfaction_fall",
                kind="problem",
                place={row["column"]: row["group"]} if row["column"] else {},
                statement=said,
                rung="diagnostic",
                value=row["change"],
                low=row["low_80"],
                high=row["high_80"],
                n=int(row["n"]),
                start=row["start"],
                money_per_year=stake and stake["money"],
                money_low=stake and stake["low"],
                money_high=stake and stake["high"],
                money_basis="revenue" if stake else None,
                money_kind="expected_loss" if stake else None,
                overlaps_with=["dissatisfied_buy_less"] if stake else None,
                action=t("Call ten of these customers this week, ask what has changed since {wave}, and name "
                         "who puts it right.", wave=row["wave"]),
                owner=t("Head of customer service"),
                review_on=review_on,
            )
        )  # fmt: skip
    return found


def group_finding(report, lowest, groups, stake, money, *, review_on):
    """The group least satisfied, from `group_gaps.lowest_group`; `groups` as in `show_groups`."""
    t, fmt = report.t, report.fmt
    if lowest is None:
        return None
    levels = groups[lowest["column"]].set_index("group")["value"]
    said = t(
        "{where}: the mean answer is {change} steps below that of all others ({interval}, 80 %); {share} "
        "are satisfied.",
        where=group_name(report, lowest["column"], lowest["group"]),
        change=fmt.number(-lowest["change"], 2),
        interval=fmt.interval(
            -lowest["high_80"], -lowest["low_80"], lambda value: fmt.number(value, 2)
        ),
        share=fmt.percent(levels[lowest["group"]]),
    )
    if stake is None and money:
        said = said + t(
            " These customers spent {money} in the last year; how much of it is at stake the data "
            "do not show.",
            money=fmt.money(money),
        )
    return finding(
        metric="least_satisfied",
        kind="opportunity",
        place={lowest["column"]: lowest["group"]},
        statement=said,
        rung="descriptive",
        value=lowest["change"],
        low=lowest["low_80"],
        high=lowest["high_80"],
        n=lowest["n"],
        money_per_year=stake and stake["money"],
        money_low=stake and stake["low"],
        money_high=stake and stake["high"],
        money_basis="revenue" if stake else None,
        money_kind="expected_loss" if stake else None,
        overlaps_with=["dissatisfied_buy_less", "satisfaction_fall"] if stake else None,
        action=t("Ask ten of these customers and the staff who serve them what differs here."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )
