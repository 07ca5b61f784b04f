"""Comments of every source in one table: what about, how put, by whom and when."""

import ibis
import numpy as np
import pandas as pd

from workbook.analysis.answer_codes import read_scale
from workbook.analysis.sentiment import comment_scores, own_cut
from workbook.analysis.topic_words import patterns

__all__ = ["TOPIC", "read_comments", "topic_columns"]

TOPIC = "topic_"  # columns that say whether a comment is about a topic
#: Texts that say that there is nothing to say.
_NOTHING = (
    r"[\s\d\pP\pS]*|n\pP?a|no|none|nil|nothing|no (?:comments?|remarks?|opinion|answer)|nothing to (?:add|say)"
    r"|无|没|没有|暂无|没了|无意见|没有意见|没意见|没有建议|无建议|没有评论|没什么(?:意见|建议|说的)?|不知道|不清楚"
)


def read_comments(answers, feedback=None, *, scales=None, topics=None):
    """Comments of answer sheets and of feedback.

    Parameters
    ----------
    answers : Answers
    feedback : ibis.Table, optional
    scales : dict, optional
        For the column rating; 1 to 5 when every value fits.
    topics : dict, optional
        As `topic_words.patterns` takes them.

    Returns
    -------
    pandas.DataFrame
        source (survey, review, social, interview, focus_group), day, customer (a number; comments
        without a customer are one each), place (the score given with it, 0-1 of its scale, or
        missing), satisfied (True, False in the best or worst two steps, else missing), text,
        language, score (`sentiment.comment_scores`), negative (score below `sentiment.own_cut`) and
        topic_* (bool). Texts
        that say that there is nothing to say are left out.
    """
    parts = [
        part for part in (_of_sheets(answers), _of_feedback(feedback, scales)) if part is not None
    ]
    if not parts:
        parts = [
            _columns(
                ibis.memtable([], schema=_NO_TEXT), *[ibis.null(kind) for kind in _NO_TEXT.values()]
            )
        ]
    table = parts[0] if len(parts) == 1 else ibis.union(*parts)
    text = table.text.strip()
    spoken = table.filter(text.notnull() & ~text.lower().re_search(rf"^(?:{_NOTHING})[\s\pP\pS]*$"))
    text = spoken.text.strip()
    lower = text.lower()
    found = {TOPIC + name: lower.re_search(rule) for name, rule in patterns(topics).items()}
    picked = spoken.select("source", "day", "customer_id", "place", "satisfied", text=text, **found)
    frame = picked.order_by(["day", "source", "text", "customer_id"]).to_pandas()
    frame["day"] = pd.to_datetime(frame["day"]).astype("datetime64[s]")
    code, _ = pd.factorize(frame.pop("customer_id"))
    nobody = code < 0
    code[nobody] = code.max(initial=-1) + 1 + np.arange(nobody.sum())
    frame.insert(2, "customer", code)
    frame["source"] = frame["source"].astype("category")
    told = comment_scores(frame["text"])
    frame["language"] = told["language"].astype("category")
    frame["score"] = told["score"]
    frame["negative"] = False
    for _, part in frame.groupby("language", observed=True):
        rated = part[part["place"].notna()]
        cut = own_cut(rated["score"], rated["satisfied"].eq(False).fillna(False))
        frame.loc[part.index, "negative"] = part["score"] < cut
    return frame


def topic_columns(comments):
    """Names of the topics in a table of comments."""
    return [name.removeprefix(TOPIC) for name in comments if name.startswith(TOPIC)]


def _of_sheets(answers):
    if "comment" not in answers.table.columns:
        return None
    table = answers.table
    scale = answers.scales.get("csat") or answers.scales.get("nps")
    return _columns(
        table, ibis.literal("survey"), table.answered_on, table.comment,
        table[scale.name] if scale else None, scale, turned=True,
    )  # fmt: skip


def _of_feedback(feedback, scales):
    if feedback is None or "text" not in feedback.columns:
        return None
    scale = read_scale(feedback, "rating", scales or {}) if "rating" in feedback.columns else None
    return _columns(
        feedback, feedback.source, feedback.given_on.cast("date"), feedback.text,
        feedback.rating if scale else None, scale,
    )  # fmt: skip


_NO_TEXT = {"source": "string", "day": "date", "text": "string"}


def _columns(table, source, day, text, value=None, scale=None, turned=False):
    place, satisfied = ibis.null("float64"), ibis.null("boolean")
    if value is not None:
        value = value.cast("float64")
        if not turned:  # sheets come with high made good and codes left out
            inside = value.between(scale.low, scale.high)
            value = ibis.ifelse(inside, value if scale.up else scale.low + scale.high - value, None)
        place = (value - scale.low) / (scale.high - scale.low)
        satisfied = ibis.cases((value >= scale.top, True), (value <= scale.bottom, False))
    known = table.customer_id if "customer_id" in table.columns else ibis.null("string")
    return table.select(
        source=source.cast("string"), day=day, customer_id=known.nullif(""), place=place,
        satisfied=satisfied.cast("boolean"), text=text,
    )  # fmt: skip
