"""What the service report finds about waits, promises and repeats, from finished results."""

from .agent_findings import agent_findings, load_finding
from .findings import finding
from .service_words import hours, missing, wait_range

__all__ = ["answer_sentence", "key_figures", "service_findings"]

FEWEST = 30
WELL_KEPT = 0.9  # share done when due from which the due dates are only watched


def answer_sentence(report, service, replies, solutions, promise):
    """How service stands, in a sentence or two."""
    t, fmt = report.t, report.fmt
    why = missing(report, service)
    if why:
        return why
    parts = []
    if replies.median is not None:
        parts.append(t("half of all tickets have a first reply within {n}", n=hours(report, replies.median)))  # fmt: skip
    if solutions.median is not None:
        parts.append(t("half are solved within {n}", n=hours(report, solutions.median)))
    if promise["share"] is not None and promise["n"] >= FEWEST:
        parts.append(t("{share} were done when due", share=fmt.percent(promise["share"])))
    still = t(
        "{open} of {n} tickets are open, {overdue} of them overdue.",
        open=fmt.count(solutions.open),
        n=fmt.count(solutions.n),
        overdue=fmt.count(promise["overdue"]),
    )
    if not parts:
        return still
    first = t("; ").join(parts)
    gap = "" if report.language.code == "zh" else " "
    return first[:1].upper() + first[1:] + t(".") + gap + still


def key_figures(report, service, replies, solutions, promise, again):
    """Up to five figures on top of the page."""
    t, fmt = report.t, report.fmt
    if missing(report, service):
        return [(t("Tickets"), fmt.count(len(service.tickets)), t("too few or none"))]

    def span(wait):
        return wait_range(report, vars(wait))

    figures = [
        (
            t("Tickets, 12 months"),
            fmt.count(len(service.recent)),
            t("{n} open now", n=fmt.count(solutions.open)),
        )  # fmt: skip
    ]
    if replies.median is not None:
        figures.append((t("First reply, half within"), hours(report, replies.median), span(replies)))  # fmt: skip
    if solutions.median is not None:
        figures.append((t("Solved, half within"), hours(report, solutions.median), span(solutions)))
    for label, found in ((t("Done when due"), promise), (t("Complaints that come again"), again)):
        if found["share"] is not None and found["n"] >= FEWEST:
            ends = fmt.interval(found["low"], found["high"], fmt.percent)
            figures.append((label, fmt.percent(found["share"]), ends))
    return figures


def service_findings(
    report, service, replies, solutions, promise, again, funnels, load, *, days, review_on
):
    """Findings on waits, promises, repeats, agents and load; None where one can't be made."""
    if missing(report, service):
        return []
    return [
        _promise(report, promise, review_on),
        _overdue(report, promise, solutions, review_on),
        _wait(report, "median_first_reply_hours", replies, review_on),
        _wait(report, "median_resolution_hours", solutions, review_on),
        _again(report, again, days, review_on),
        *agent_findings(report, funnels, review_on=review_on),
        load_finding(report, load, review_on=review_on),
    ]


def _promise(report, promise, review_on):
    t, fmt = report.t, report.fmt
    if promise["share"] is None or promise["n"] < FEWEST:
        return None
    if promise["high"] < WELL_KEPT:
        action = t(
            "Sort open tickets by their due dates every morning in half of the teams, and compare the share done when due."
        )
    else:
        action = t(
            "Keep the due dates as they are, and count the share done when due again after a quarter."
        )
    return finding(
        metric="sla_share",
        statement=t(
            "{share} of {n} tickets ({interval}) were done when due; open and overdue ones count as "
            "missed.",
            share=fmt.percent(promise["share"]),
            n=fmt.count(promise["n"]),
            interval=fmt.interval(promise["low"], promise["high"], fmt.percent),
        ),
        rung="descriptive",
        value=promise["share"],
        low=promise["low"],
        high=promise["high"],
        n=promise["n"],
        action=action,
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip


def _overdue(report, promise, solutions, review_on):
    t, fmt = report.t, report.fmt
    if not promise["overdue"]:
        return None
    return finding(
        metric="overdue_tickets",
        statement=report.tn(
            "{n} ticket is open and overdue, of {open} open ones.",
            "{n} tickets are open and overdue, of {open} open ones.",
            promise["overdue"],
            open=fmt.count(solutions.open),
        ),
        rung="descriptive",
        value=promise["overdue"],
        n=solutions.open,
        action=t("Work through the list of overdue tickets, those of the most valuable customers first."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip


def _wait(report, metric, wait, review_on):
    t, fmt = report.t, report.fmt
    if wait.median is None or wait.n < FEWEST:
        return None
    said = {
        "median": hours(report, wait.median),
        "interval": wait_range(report, vars(wait)),
        "n": fmt.count(wait.n),
        "open": fmt.count(wait.open),
    }
    if metric == "median_first_reply_hours":
        statement = (
            t("Half of {n} tickets have a first reply within {median} ({interval}), those still waiting ({open}) included.", **said)
            if wait.open
            else t("Half of {n} tickets have a first reply within {median} ({interval}); none is still waiting.", **said)
        )  # fmt: skip
        action = t("Read twenty of the tickets that waited longest for a reply, name what held them up, and try a remedy in half of the teams.")  # fmt: skip
    else:
        statement = (
            t("Half of {n} tickets are solved within {median} ({interval}), those still open ({open}) included.", **said)
            if wait.open
            else t("Half of {n} tickets are solved within {median} ({interval}); none is open.", **said)
        )  # fmt: skip
        action = t("Find the step in which the slowest tenth of the tickets waits longest, and shorten it in one team first to compare with the others.")  # fmt: skip
    return finding(
        metric=metric,
        statement=statement,
        rung="descriptive",
        value=wait.median,
        low=wait.low,
        high=wait.high,
        n=wait.n,
        action=action,
        owner=t("Head of customer service"),
        review_on=review_on,
    )


def _again(report, again, days, review_on):
    t, fmt = report.t, report.fmt
    if again["share"] is None or again["n"] < FEWEST:
        return None
    return finding(
        metric="complaints_again",
        statement=t(
            "{share} of {n} complaints ({interval}) were followed by another one of the same customer "
            "within {days}.",
            share=fmt.percent(again["share"]),
            n=fmt.count(again["n"]),
            interval=fmt.interval(again["low"], again["high"], fmt.percent),
            days=fmt.days(days),
        ),
        rung="descriptive",
        value=again["share"],
        low=again["low"],
        high=again["high"],
        n=again["n"],
        action=t("Close a complaint only after the customer has confirmed the solution, and compare the share that comes again."),
        owner=t("Head of customer service"),
        review_on=review_on,
    )  # fmt: skip
