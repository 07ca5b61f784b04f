"""Words that have become commoner in comments: what no list of topics knows yet."""

import numpy as np
import pandas as pd
from scipy.stats import norm

__all__ = ["new_words"]

_READ = 20_000  # comments of either time
_FEWEST = 8  # recent comments with the word
_STOP = frozenset(
    [
        "the",
        "a",
        "an",
        "and",
        "or",
        "but",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "from",
        "with",
        "by",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "i",
        "we",
        "you",
        "they",
        "he",
        "she",
        "my",
        "our",
        "your",
        "their",
        "me",
        "us",
        "them",
        "as",
        "so",
        "not",
        "no",
        "very",
        "had",
        "have",
        "has",
        "do",
        "did",
        "does",
        "will",
        "would",
        "can",
        "could",
        "there",
        "here",
        "when",
        "then",
        "than",
        "also",
        "just",
        "if",
        "all",
        "one",
        "after",
        "before",
    ]
)


def new_words(comments, *, as_of, recent_days=91, before_days=365, level=0.002, most=12):
    """Words and runs of Chinese characters whose share of comments has risen.

    Parameters
    ----------
    comments : pandas.DataFrame
        From `comments.read_comments`.
    level : float
        Chance of naming any when nothing changed (Bonferroni over the words tried).

    Returns
    -------
    pandas.DataFrame
        word, before, recent (comments that hold it), share_before, share_recent, z; the clearest
        first. Empty with fewer than 50 comments in either time.

    Notes
    -----
    Log-odds of the comments that hold a word, drawn towards the share over all comments (Monroe,
    Colaresi, Quinn 2008). Each wording of a customer counts once: a text copied often is one.
    """
    from sklearn.feature_extraction.text import CountVectorizer

    columns = ["word", "before", "recent", "share_before", "share_recent", "z"]
    nothing = pd.DataFrame(columns=columns)
    age = (pd.Timestamp(as_of) - comments["day"]).dt.days.to_numpy()
    recent, before = age < recent_days, (age >= recent_days) & (age < recent_days + before_days)
    sides = [
        comments.loc[at, ["text", "customer"]].drop_duplicates().tail(_READ)
        for at in (before, recent)
    ]
    if min(len(side) for side in sides) < 50:
        return nothing
    texts = [text for side in sides for text in side["text"]]
    vectorizer = CountVectorizer(analyzer=_words, binary=True, min_df=_FEWEST)
    try:
        counts = vectorizer.fit_transform(texts)
    except ValueError:  # no word is common enough
        return nothing
    later = np.arange(len(texts)) >= len(sides[0])
    numbers = np.array(
        [np.asarray(counts[at].sum(axis=0)).ravel() for at in (~later, later)], float
    )
    sizes = np.array([[len(side)] for side in sides], float)
    prior = numbers.sum(axis=0) / sizes.sum() * 20  # twenty comments' worth of the common share
    odds = np.log((numbers + prior) / (sizes + 20 - numbers - prior))
    spread = np.sqrt((1 / (numbers + prior)).sum(axis=0))
    z = (odds[1] - odds[0]) / spread
    table = pd.DataFrame(
        {
            "word": vectorizer.get_feature_names_out(),
            "before": numbers[0].astype(int),
            "recent": numbers[1].astype(int),
            "share_before": numbers[0] / sizes[0],
            "share_recent": numbers[1] / sizes[1],
            "z": z,
        }
    )
    limit = norm.isf(level / max(len(table), 1))
    table = table[(table["z"] > limit) & (table["recent"] >= _FEWEST)]
    table = table.sort_values(["z", "word"], ascending=[False, True])
    return _longest(table).head(most).reset_index(drop=True)[columns]


def _words(text):
    """English words and pairs; Chinese runs of two to four characters."""
    found, run, word, last = [], "", "", ""
    for letter in f"{text.lower()} ":
        chinese = "\u3400" <= letter <= "\u9fff"
        if chinese:
            run += letter
        elif run:
            found += [run[i : i + n] for n in (2, 3, 4) for i in range(len(run) - n + 1)]
            run = ""
        if not chinese and (letter.isalpha() or letter == "'"):
            word += letter
            continue
        if word and word not in _STOP and len(word) > 2:
            found.append(word)
            if last:
                found.append(f"{last} {word}")
            last = word
        elif word or letter not in " ":
            last = ""
        word = ""
    return found


def _longest(table):
    """Of words within one another that rose alike, the longest."""
    kept = []
    for row in table.itertuples():
        inside = [k for k in kept if row.word in k.word or k.word in row.word]
        alike = [k for k in inside if min(k.recent, row.recent) >= 0.7 * max(k.recent, row.recent)]
        if not alike:
            kept.append(row)
        elif len(row.word) > len(alike[0].word):
            kept[kept.index(alike[0])] = row
    return table.loc[[row.Index for row in kept]]
