"""Is a comment negative? A linear model on runs of characters, Chinese and English, offline.

The weights stand in models/sentiment_<language>.npz, written by tests/bench/sentiment.py, together
with how often the model erred on real comments that it had not seen.
"""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd

from workbook.analysis.intervals import wilson
from workbook.analysis.text_features import characters, chinese_share, text_sums

__all__ = [
    "FEWEST_SCORED",
    "LANGUAGES",
    "Model",
    "comment_scores",
    "load_model",
    "negative_share",
    "own_cut",
    "separation",
]

#: Lengths of the runs of characters that the model of a language looks at.
LANGUAGES = {"zh": (1, 2, 3), "en": (3, 4, 5)}
#: Comments with a low score, and with another, from which the client's own tell of the classifier.
FEWEST_SCORED = 20
_CHUNK = 2_000  # texts scored at once: their characters stay in the processor's cache
_CHINESE = 0.3  # share of Chinese letters from which a comment counts as Chinese


@dataclass(frozen=True)
class Model:
    """A sentiment model as it is shipped.

    Attributes
    ----------
    language : str
    weights : numpy.ndarray
        One per bucket; a text's score is their sum over the square root of the number of runs.
    intercept : float
    held_out : dict
        Counts on comments that the model had not seen: true_negative, false_negative (negative
        comments called so, and not), true_positive, false_positive.
    source : str
        What those comments are.
    """

    language: str
    weights: np.ndarray
    intercept: float
    held_out: dict
    source: str

    @property
    def n(self):
        """Comments on which the model was judged."""
        return int(sum(self.held_out.values()))

    @property
    def accuracy(self):
        """Share of those comments told rightly, with its 95 % interval: (share, low, high)."""
        right = self.held_out["true_negative"] + self.held_out["true_positive"]
        low, high = wilson(right, self.n)
        return right / self.n, float(low), float(high)


@cache
def load_model(language):
    """The shipped model of "zh" or "en"."""
    place = files("workbook.analysis") / "models" / f"sentiment_{language}.npz"
    with place.open("rb") as file, np.load(file, allow_pickle=False) as stored:
        counts = dict(zip(stored["outcomes"].tolist(), stored["counts"].tolist(), strict=True))
        return Model(
            language=language,
            weights=stored["weights"].astype(np.float32) * np.float32(stored["step"]),
            intercept=float(stored["intercept"]),
            held_out={name: int(count) for name, count in counts.items()},
            source=str(stored["source"]),
        )


def comment_scores(texts):
    """Language and sentiment of comments.

    Parameters
    ----------
    texts : sequence of str
        None counts as empty.

    Returns
    -------
    pandas.DataFrame
        In the order given: language ("zh", "en"), score (0 negative to 1 positive; missing where
        the text holds no letter), negative (score below a half).
    """
    texts = list(texts)
    parts = [_scored(texts[start:][:_CHUNK]) for start in range(0, len(texts), _CHUNK)]
    empty = pd.DataFrame({"language": [], "score": [], "negative": []})
    return pd.concat(parts, ignore_index=True) if parts else empty.astype({"negative": bool})


def _scored(texts):
    codes, starts = characters(texts)
    share = chinese_share(codes, starts)
    chinese = share >= _CHINESE
    score = np.full(len(texts), np.nan)
    for language, own in (("zh", chinese), ("en", share < _CHINESE)):
        if own.any():
            part, its_starts = codes, starts
            if not own.all():  # those of one language alone
                own_codes = np.repeat(own, np.diff(np.append(starts, len(codes))))
                part = codes[own_codes]
                its_starts = np.flatnonzero(part == 0)
            model = load_model(language)
            sums = text_sums(part, its_starts, model.weights, lengths=LANGUAGES[language])
            score[own] = 1 / (1 + np.exp(-(sums + model.intercept)))
    return pd.DataFrame(
        {"language": np.where(chinese, "zh", "en"), "score": score, "negative": score < 0.5}
    )


def negative_share(negative, n, held_out, *, confidence=0.95, draws=4000, seed=0):
    """Share of negative comments, corrected for the errors of the classifier.

    Parameters
    ----------
    negative, n : float
        Comments called negative, and all (effective numbers where customers wrote several).
    held_out : dict
        As `Model.held_out`.
    confidence, draws, seed :
        Of the interval.

    Returns
    -------
    dict
        called (share called negative), share (corrected), low, high; shares missing without
        comments, or when the classifier does no better than chance.

    Notes
    -----
    Forman (2008), adjusted count: (called - false alarms) / (hits - false alarms), cut at 0 and 1.
    The interval draws all three shares from beta distributions around their counts.
    """
    hit, missed = held_out["true_negative"], held_out["false_negative"]
    alarm, quiet = held_out["false_positive"], held_out["true_positive"]
    hits, alarms = hit / max(hit + missed, 1), alarm / max(alarm + quiet, 1)
    if not n > 0 or not hits > alarms:
        return {"called": np.nan, "share": np.nan, "low": np.nan, "high": np.nan}
    rng = np.random.default_rng(seed)
    drawn = rng.beta(negative + 0.5, n - negative + 0.5, draws)
    hits_drawn = rng.beta(hit + 0.5, missed + 0.5, draws)
    alarms_drawn = rng.beta(alarm + 0.5, quiet + 0.5, draws)
    apart = np.maximum(hits_drawn - alarms_drawn, 1e-9)
    shares = np.clip((drawn - alarms_drawn) / apart, 0, 1)
    edge = (1 - confidence) / 2
    share = float(np.clip((negative / n - alarms) / (hits - alarms), 0, 1))
    low, high = np.quantile(shares, [edge, 1 - edge])
    return {
        "called": negative / n,
        "share": share,
        "low": float(min(low, share)),
        "high": float(max(high, share)),
    }


def own_cut(score, low, *, least=FEWEST_SCORED):
    """The score below which a comment counts as negative.

    Parameters
    ----------
    score : array_like
        From `comment_scores`, of comments that came with a score of the customer.
    low : array_like of bool
        Whether that was in the worst two steps.
    least : int
        Comments needed of either kind.

    Returns
    -------
    float
        The cut with the highest sum of right shares on both sides (Youden 1950), the middle of
        those that are as good; a half with too few comments.
    """
    table = pd.DataFrame({"score": np.asarray(score, float), "low": np.asarray(low, bool)}).dropna()
    number = int(table["low"].sum())
    if min(number, len(table) - number) < least:
        return 0.5
    sums = table.groupby("score")["low"].agg(["sum", "size"]).cumsum()
    gain = sums["sum"] / number - (sums["size"] - sums["sum"]) / (len(table) - number)
    best = np.flatnonzero(gain.to_numpy() >= gain.max() - 1e-12)
    values = np.append(sums.index.to_numpy(), 1.0)
    return float((values[best[0]] + values[best[-1] + 1]) / 2)


def separation(score, satisfied):
    """How well scores tell satisfied from dissatisfied customers: area under the curve.

    Parameters
    ----------
    score : array_like
        From `comment_scores`.
    satisfied : array_like of bool

    Returns
    -------
    auc, low, high : float
        95 % interval by Hanley and McNeil (1982); missing with fewer than 10 on either side.
    """
    table = pd.DataFrame({"score": score, "good": np.asarray(satisfied, bool)}).dropna()
    good, bad = int(table["good"].sum()), int((~table["good"]).sum())
    if min(good, bad) < 10:
        return np.nan, np.nan, np.nan
    ranks = table["score"].rank()
    auc = (ranks[table["good"]].sum() - good * (good + 1) / 2) / (good * bad)
    q1, q2 = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    spread = auc * (1 - auc) + (good - 1) * (q1 - auc**2) + (bad - 1) * (q2 - auc**2)
    half = 1.96 * np.sqrt(max(spread, 0) / (good * bad))
    return float(auc), float(max(auc - half, 0)), float(min(auc + half, 1))
