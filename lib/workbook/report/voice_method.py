"""What the satisfaction report says about its definitions, method and limits."""

from .answer_figures import codes_sentences
from .voice_words import item_name

__all__ = ["assumptions", "definitions", "recorded"]


def definitions(report, *, window_days, reply_days, close_days, follow_days):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    surveys, window = t("surveys"), t("last {days}", days=fmt.days(window_days))
    return [
        (t("Satisfied (CSAT, best two steps)"), t("answers in the best two steps of the scale"),
         t("answers with a satisfaction score"), window, surveys),
        (t("Net promoter score (NPS)"), t("answers 9 and 10 less answers 0 to 6"),
         t("answers from 0 to 10, in points"), window, surveys),
        (t("Effort score (CES, mean)"), t("sum of answers, high is easy"), t("answers with an effort score"),
         window, surveys),
        (t("Response rate"), t("invitations with an answer"), t("invitations older than two weeks"),
         t("all data up to the reporting date"), t("survey_invites, surveys")),
        (t("Closed-loop rate"), t("dissatisfied answers followed up within {days}", days=fmt.days(reply_days)),
         t("dissatisfied answers older than that"), t("all data up to the reporting date"), surveys),
        (t("Closed"), t("closed within {days}", days=fmt.days(close_days)),
         t("dissatisfied answers or feedback older than that"), t("all data up to the reporting date"),
         t("surveys, feedback")),
        (t("Bought again"), t("customers with a purchase after their answer"),
         t("customers with an answer that old"), t("{days} after the answer", days=fmt.days(follow_days)),
         t("surveys, orders")),
        (t("Importance"), t("part of the explained variance, averaged over all orders of the items"),
         t("explained variance"), t("all answers"), surveys),
    ]  # fmt: skip


def assumptions(report, answers, factors, fallen, weighted):
    """Assumptions and limits, in the order a reader needs them."""
    t, fmt = report.t, report.fmt
    said = codes_sentences(report, answers)
    if "nps" in answers.scales and answers.scales["nps"].low == 1:
        said.append(
            t(
                "Recommendation was asked from 1 to 10: detractors are 1 to 6, so scores from 0 to 10 are not the same."
            )
        )
    said += [
        t(
            "Intervals count customers, not answers: who answered more than once counts as one in the error."
        ),
        t(
            "Falls: every wave is tried as the first of a lower level, for all customers and for each group "
            "against the others; chance of naming any where nothing changed at most {level}.",
            level=fmt.percent(0.002),
        ),
        t(
            "The survey after a ticket or a delivery speaks of that event, not of the whole relationship: compare like with like."
        ),
    ]
    if answers.weighted:
        said.append(t("The weights on the answer sheets were used."))
    if weighted is None:
        said.append(t("Figures speak of those who answered."))
    if factors is not None:
        said.append(
            t(
                "Key factors: LMG shares (Lindeman, Merenda, Gold 1980) with a bootstrap by customer; Johnson's (2000) weights beside them."
            )
            if factors.method == "lmg"
            else t(
                "Key factors: too many items for all orders, so Johnson's (2000) relative weights with a bootstrap by customer."
            )
        )
        if factors.left_out:
            names = t(", ").join(item_name(report, name) for name in factors.left_out)
            said.append(t("Items left out of the key factors: {items}.", items=names))
    said += [
        t(
            "Sentiment: a linear model on runs of characters, trained on comments on other goods; its "
            "accuracy there need not hold here, which the separation of satisfied and dissatisfied "
            "customers shows."
        ),
        t(
            "A comment is called negative below the score that best tells comments with low scores "
            "of this client from others; with fewer than 20 of either, below a half."
        ),
        t(
            "Topics are found by lists of words, own ones by the param own_topics; what no list knows shows only among the words that became commoner."
        ),
    ]
    if len(fallen):
        said.append(
            t("Money of a fall: spending of the customers concerned, times the fall, times how much more often "
              "customers with a higher score bought again; only where that link is shown.")
        )  # fmt: skip
    return said


def recorded(name, table):
    """A measure with its interval for the record; None where it could not be measured."""
    row = table.iloc[0] if len(table) else {"value": None, "low": None, "high": None}
    return {name: row["value"], f"{name}_low": row["low"], f"{name}_high": row["high"]}
