"""Typical words of customers on each topic."""

import re

import numpy as np
import pandas as pd

from workbook.analysis.comments import TOPIC

__all__ = ["quotations"]

_MASK = re.compile(r"[\w.+-]+@[\w-]+\.\w+|\+?\d[\d\s-]{5,}\d")
_READ = 2_000  # latest comments of a topic


def quotations(comments, topics, *, most=140):
    """For each topic one comment of a satisfied and one of a dissatisfied customer.

    Typical is what shares most runs of characters with the others on the topic and side. A side is
    told by the score given with the comment, without one by its sentiment. Comments that are on few
    topics go first, no wording is quoted twice, and addresses and long numbers are masked.

    Parameters
    ----------
    comments : pandas.DataFrame
        From `comments.read_comments`.
    topics : sequence of str
    most : int
        Characters of the longest comment quoted, where shorter ones are to be had.

    Returns
    -------
    pandas.DataFrame
        topic, satisfied (bool), text, comments (how many the topic has on that side).
    """
    rows, used = [], []
    names = [name for name in comments if name.startswith(TOPIC)]
    spread = comments[names].sum(axis=1)
    side = comments["satisfied"].astype("boolean").fillna(~comments["negative"].astype("boolean"))
    for topic in topics:
        about = comments[TOPIC + topic].astype(bool)
        for satisfied in (False, True):
            part = comments[about & (side == satisfied)]
            if part.empty:
                continue
            length = part["text"].str.len()
            fitting = part[(length >= 6) & (length <= most)]
            part = (fitting if len(fitting) else part).tail(_READ)
            text = _typical(part["text"], spread.loc[part.index], used)
            if text is not None:
                used.append(text)
                number = int((about & (side == satisfied)).sum())
                rows.append((topic, satisfied, _MASK.sub("***", text)[: most + 20], number))
    return pd.DataFrame(rows, columns=["topic", "satisfied", "text", "comments"])


def _typical(texts, spread, used):
    counts = texts.value_counts()
    scores = _centrality(counts.index.tolist(), counts.to_numpy(float))
    topics = spread.groupby(texts.to_numpy()).first().reindex(counts.index).to_numpy(float)
    for place in np.argsort(-scores / topics, kind="stable"):
        letters = set(counts.index[place])
        # the same sentence with another product's name in it says nothing new
        if all(len(letters & set(one)) < 0.6 * len(letters | set(one)) for one in used):
            return counts.index[place]
    return None


def _centrality(texts, times):
    from sklearn.feature_extraction.text import TfidfVectorizer

    if len(texts) < 3:
        return times
    runs = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True)
    try:
        rows = runs.fit_transform(texts)
    except ValueError:  # nothing but single characters
        return times
    return np.asarray(rows @ (rows.T @ times)).ravel()
