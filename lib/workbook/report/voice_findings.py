"""What the satisfaction report finds: sentences, findings and key figures from finished results."""

from .findings import finding
from .level_figures import no_answers
from .voice_words import group_name, interval_words, item_name

__all__ = [
    "answer_sentence",
    "factor_finding",
    "key_figures",
    "level_finding",
    "nps_finding",
    "place_of",
]

SETTLED = 0.9  # share of draws from which a place on the map counts


def answer_sentence(report, answers, csat, nps, fallen, factors):
    """The report's answer in a sentence or two; a list of texts."""
    t, fmt = report.t, report.fmt
    said = []
    if len(csat):
        row = csat.iloc[0]
        said.append(
            t(
                "{share} of the customers who answered are satisfied ({interval}).",
                share=fmt.percent(row["value"]),
                interval=fmt.interval(row["low"], row["high"], fmt.percent),
            )
        )
    elif len(nps):
        row = nps.iloc[0]
        said.append(
            t(
                "The net promoter score is {value} points ({interval}).",
                value=fmt.number(row["value"]),
                interval=interval_words(report, row["low"], row["high"], fmt.number),
            )
        )
    else:
        return [no_answers(report, answers)]
    if len(fallen):
        said.append(
            t(
                "{where}, lower since {wave}.",
                where=place_of(report, fallen.iloc[0]),
                wave=fallen.iloc[0]["wave"],
            )
        )
    if factors is not None:
        said.append(
            t(
                "What goes most with satisfaction: {item}.",
                item=item_name(report, factors.table.iloc[0]["item"]),
            )
        )
    return said


def place_of(report, row):
    """Whose satisfaction fell: a group, or all customers."""
    if not row["column"]:
        return report.t("All customers")
    return group_name(report, row["column"], row["group"])


def key_figures(report, csat, nps, effort, loop, rates):
    """Three to five figures for the top; what is not known is left out."""
    t, fmt = report.t, report.fmt
    found = []
    for label, table, form in (
        (t("Satisfied (best two steps)"), csat, fmt.percent),
        (t("Net promoter score, points"), nps, fmt.number),
        (t("Effort score"), effort, lambda value: fmt.number(value, 2)),
    ):
        if len(table):
            row = table.iloc[0]
            found.append(
                (label, form(row["value"]), interval_words(report, row["low"], row["high"], form))
            )
    if len(rates):
        row = rates.iloc[0]
        found.append(
            (
                t("Response rate"),
                fmt.percent(row["rate"]),
                t("of {n} invited", n=fmt.count(row["invited"])),
            )
        )
    done = loop[loop["recorded"].astype(bool) & (loop["due"] > 0)] if len(loop) else loop
    if len(done) and len(found) < 5:
        row = done.iloc[0]
        found.append(
            (
                t("Followed up in time"),
                fmt.percent(row["share"]),
                fmt.interval(row["low"], row["high"], fmt.percent),
            )
        )
    return found or [(t("Answers"), fmt.count(0), t("none that can be read"))]


def level_finding(report, csat, *, target, review_on):
    """The share of the satisfied; a problem where a target is clearly missed."""
    t, fmt = report.t, report.fmt
    if not len(csat) or not csat.iloc[0]["enough"]:
        return None
    row = csat.iloc[0]
    words = {
        "share": fmt.percent(row["value"]),
        "interval": fmt.interval(row["low"], row["high"], fmt.percent),
        "target": fmt.percent(target, 0),
    }
    # 2.88 standard errors: one-sided p below 0.002
    missed = bool(target and row["se"] > 0 and (target - row["value"]) / row["se"] > 2.88)
    if not target:
        said = t("{share} of the customers who answered are satisfied ({interval}).", **words)
    elif missed:
        said = t(
            "{share} of the customers who answered are satisfied ({interval}), short of the target of {target}.",
            **words,
        )
    else:
        said = t(
            "{share} of the customers who answered are satisfied ({interval}); the target is {target}.",
            **words,
        )
    if missed:
        action = t("Set, for each touchpoint, who works on what is first on the map below.")
    elif target:
        action = t(
            "Measure the next wave by the same questions against this target before anything is changed."
        )
    else:
        action = t(
            "Set a target for the share of the satisfied, name who answers for it, and measure the next wave against it."
        )
    return finding(
        metric="csat_top2",
        kind="problem" if missed else "fact",
        statement=said,
        rung="descriptive",
        value=row["value"], low=row["low"], high=row["high"], n=int(row["n"]),
        action=action,
        owner=t("Head of customer management"),
        review_on=review_on,
    )  # fmt: skip


def nps_finding(report, nps, *, review_on):
    """Promoters less detractors."""
    t, fmt = report.t, report.fmt
    if not len(nps) or not nps.iloc[0]["enough"]:
        return None
    row = nps.iloc[0]
    return finding(
        metric="nps",
        statement=t(
            "Promoters less detractors: {value} points ({interval}).",
            value=fmt.number(row["value"]),
            interval=interval_words(report, row["low"], row["high"], fmt.number),
        ),
        rung="descriptive",
        value=row["value"], low=row["low"], high=row["high"], n=int(row["n"]),
        action=t("Ask ten promoters and ten detractors for the reason of their answer, and compare the reasons with the key factors."),
        owner=t("Head of customer experience"),
        review_on=review_on,
    )  # fmt: skip


def factor_finding(report, factors, *, review_on):
    """The item most to be improved, else the most important one."""
    t, fmt = report.t, report.fmt
    if factors is None:
        return None
    table = factors.table
    first = table[(table["quadrant"] == "improve") & (table["settled"] >= SETTLED)]
    row = first.iloc[0] if len(first) else table.iloc[0]
    words = {
        "item": item_name(report, row["item"]),
        "share": fmt.percent(row["importance"], 0),
        "interval": fmt.interval(row["low"], row["high"], lambda share: fmt.percent(share, 0)),
    }
    weak = len(first) > 0
    return finding(
        metric="key_factor",
        kind="opportunity" if weak else "fact",
        place={"item": row["item"]},
        statement=t("{item} holds {share} of what the items tell of satisfaction ({interval}) and is rated below "
                    "the mean of all items.", **words)
        if weak
        else t("{item} holds {share} of what the items tell of satisfaction ({interval}).", **words),
        rung="diagnostic",
        value=row["importance"],
        low=row["low"],
        high=row["high"],
        n=factors.n,
        action=t("Try one improvement of {item} in half of the branches or customers, drawn at random, and "
                 "compare satisfaction after a quarter.", item=words["item"])
        if weak
        else t("Ask twenty customers who rated {item} low what they miss, and choose from their answers one "
               "improvement to try in half of the branches.", item=words["item"]),
        owner=t("Head of product and service"),
        review_on=review_on,
    )  # fmt: skip
