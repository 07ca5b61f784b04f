"""Findings on what goes with satisfaction: later purchases, the closed loop, topics of comments."""

from .findings import finding
from .voice_words import TOPICS, named

__all__ = ["later_finding", "loop_finding", "rising_finding", "topic_finding"]


def later_finding(report, gap, stake, *, follow_days, review_on):
    """Later purchases of the dissatisfied, with the money that goes with them."""
    t, fmt = report.t, report.fmt
    if gap is None:
        return None
    words = {
        "days": fmt.days(follow_days),
        "gap": fmt.points(abs(gap["gap"])),
        "interval": fmt.interval(gap["low"], gap["high"], fmt.points),
    }
    shown = gap["high"] < 0
    return finding(
        metric="dissatisfied_buy_less",
        kind="opportunity" if stake else "fact",
        statement=t("Dissatisfied customers bought again within {days} less often than satisfied ones with alike "
                    "purchases before, by {gap} (difference {interval}).", **words)
        if shown
        else t("Among customers with alike purchases before, no difference in buying again within {days} is "
               "shown between dissatisfied and satisfied (difference {interval}).", **words),
        rung="diagnostic" if shown else "descriptive",
        value=gap["gap"],
        low=gap["low"],
        high=gap["high"],
        n=gap["customers"],
        money_per_year=stake and stake["money"],
        money_low=stake and stake["low"],
        money_high=stake and stake["high"],
        money_basis="revenue" if stake else None,
        money_kind="opportunity" if stake else None,
        overlaps_with=["satisfaction_fall"] if stake else None,
        action=t("Offer half of the dissatisfied customers, drawn at random, a remedy beyond the usual answer, and "
                 "compare what both halves buy.")
        if shown
        else t("Decide nothing on this comparison yet; draw it again when more customers have been followed for "
               "{days}.", **words),
        owner=t("Head of customer service") if shown else t("Head of customer analysis"),
        review_on=review_on,
    )  # fmt: skip


def loop_finding(report, loop, waiting, *, review_on):
    """Whether somebody comes back to the dissatisfied; `waiting` from `closed_loop.call_back`."""
    t, fmt = report.t, report.fmt
    done = loop[loop["recorded"].astype(bool) & (loop["due"] > 0)] if len(loop) else loop
    if not len(done):
        return None
    row = done.iloc[0]
    said = t(
        "{share} of the dissatisfied were answered within {days} ({interval}).",
        share=fmt.percent(row["share"]),
        days=fmt.days(row["limit_days"]),
        interval=fmt.interval(row["low"], row["high"], fmt.percent),
    )
    if len(waiting):
        said = said + report.tn(
            " {n} customer of the last half-year is still waiting.",
            " {n} customers of the last half-year are still waiting.",
            len(waiting),
        )
    if "gross_amount" in waiting and waiting["gross_amount"].sum() > 0:
        said = said + t(
            " They have spent {money} so far.", money=fmt.money(waiting["gross_amount"].sum())
        )
    return finding(
        metric="closed_loop",
        kind="opportunity" if len(waiting) else "fact",
        statement=said,
        rung="descriptive",
        value=row["share"], low=row["low"], high=row["high"], n=int(row["due"]),
        action=t("Call the customers of the list, the most valuable first.")
        if len(waiting)
        else t("Count each month how many of the dissatisfied were answered in time, and ask the team what held up "
               "the others."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip


def topic_finding(report, table, *, review_on):
    """The topic that goes with low scores most: how much lower, times how often."""
    t, fmt = report.t, report.fmt
    known = table[table["enough"] & table["gap"].notna()] if len(table) else table
    # the clearest of many topics: Bonferroni by a wider limit
    low = (
        known[known["gap"] + 1.6 * (known["gap_high"] - known["gap"]) < 0] if len(known) else known
    )
    if not len(low):
        return None
    row = low.loc[(low["gap"] * low["share"]).idxmin()]
    topic = named(report, TOPICS, row["topic"])
    return finding(
        metric="topic_with_low_scores",
        place={"topic": row["topic"]},
        statement=t(
            "Comments on {topic} come with lower scores than other comments, by {gap} of the scale ({interval}); "
            "{share} of the comments are on it.",
            topic=topic,
            gap=fmt.percent(-row["gap"]),
            interval=fmt.interval(-row["gap_high"], -row["gap_low"], fmt.percent),
            share=fmt.percent(row["share"]),
        ),
        rung="descriptive",
        value=row["gap"],
        low=row["gap_low"],
        high=row["gap_high"],
        n=int(row["comments"]),
        action=t(
            "Read the comments on {topic}, ask those who wrote them what happened, and name the step to mend first.",
            topic=topic,
        ),
        owner=t("Head of customer service"),
        review_on=review_on,
    )


def rising_finding(report, rising, *, recent_days, review_on):
    """A topic that comes up more often than before."""
    t, fmt = report.t, report.fmt
    up = rising[rising["rises"]] if len(rising) else rising
    if not len(up):
        return None
    row = up.iloc[0]
    return finding(
        metric="rising_topic",
        place={"topic": row["topic"]},
        statement=t(
            "{topic} is named in {recent} of the comments of the last {days}, after {before} in the year before.",
            topic=named(report, TOPICS, row["topic"]),
            recent=fmt.percent(row["recent"]),
            before=fmt.percent(row["before"]),
            days=fmt.days(recent_days),
        ),
        rung="descriptive",
        value=row["change"],
        low=row["low"],
        high=row["high"],
        n=int(row["n_before"] + row["n_recent"]),
        action=t("Read the comments on it and say whether it is one event or several."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )
