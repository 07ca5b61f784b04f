"""How often each topic comes up, how it is spoken of, what is new, and typical words."""

import numpy as np
import pandas as pd
from scipy.stats import norm

from workbook.analysis.comments import TOPIC, topic_columns
from workbook.analysis.group_survival import holm
from workbook.analysis.intervals import wilson
from workbook.analysis.levels import clustered
from workbook.analysis.sentiment import FEWEST_SCORED, load_model, negative_share, separation

__all__ = [
    "classifier_errors",
    "corrected_negative",
    "covered_share",
    "language_table",
    "mean_accuracy",
    "rising_topics",
    "source_table",
    "topic_table",
    "topics_by_source",
]

FEWEST = 10  # comments of a topic; below it is named and not measured


def topic_table(comments, *, confidence=0.95):
    """Topics by how often they come up.

    Returns
    -------
    pandas.DataFrame
        topic, comments, share (of all comments), low, high (Wilson on the effective number of
        customers), negative, negative_low, negative_high (share called negative; not corrected:
        how often the classifier errs on one topic is not known), place (mean score given with comments on the topic, 0-1), gap
        (that less the mean of the other comments), gap_low, gap_high, enough; most frequent first.
    """
    rows = []
    who, total = comments["customer"].to_numpy(), len(comments)
    for topic in topic_columns(comments):
        about = comments[TOPIC + topic].to_numpy(bool)
        n = int(about.sum())
        found = clustered(about.astype(float), who)
        low, high = wilson(
            found["mean"] * found["n_effective"], found["n_effective"], confidence=confidence
        )
        told = clustered(comments.loc[about, "negative"].astype(float), who[about])
        size = told["n_effective"]
        ends = wilson(told["mean"] * size if size else 0, size, confidence=confidence)
        place = comments["place"].to_numpy(float)
        gap = _gap(place, about, who, confidence)
        rows.append((topic, n, n / max(total, 1), float(low), float(high), told["mean"],
                     float(ends[0]), float(ends[1]), *gap, n >= FEWEST))  # fmt: skip
    columns = ["topic", "comments", "share", "low", "high", "negative", "negative_low",
               "negative_high", "place", "gap", "gap_low", "gap_high", "enough"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("comments", ascending=False, kind="stable", ignore_index=True)


def _gap(place, about, who, confidence):
    inside = clustered(np.where(about, place, np.nan), who)
    outside = clustered(np.where(about, np.nan, place), who)
    if min(inside["n"], outside["n"]) < FEWEST:
        return inside["mean"], np.nan, np.nan, np.nan
    gap = inside["mean"] - outside["mean"]
    half = norm.ppf(0.5 + confidence / 2) * np.hypot(inside["se"], outside["se"])
    return inside["mean"], gap, gap - half, gap + half


def classifier_errors(comments):
    """How often the classifier errs, per language: on this client's comments where that is known.

    Returns
    -------
    dict
        Language to (counts as `Model.held_out`, "client" or "model"). "client": at least
        20 comments came with a score in the worst two steps, taken as negative, and 20 with another
        score. Else what the model was judged on, which on other goods may be far off.
    """
    found = {}
    for language, part in comments.groupby("language", observed=True):
        told = part[part["place"].notna() & part["score"].notna()]
        good = told["satisfied"].ne(False) | told["satisfied"].isna()
        negative = told["negative"].astype(bool)
        if min(good.sum(), (~good).sum()) >= FEWEST_SCORED:
            counts = {"true_negative": int((~good & negative).sum()),
                      "false_negative": int((~good & ~negative).sum()),
                      "true_positive": int((good & ~negative).sum()),
                      "false_positive": int((good & negative).sum())}  # fmt: skip
            found[str(language)] = counts, "client"
        else:
            found[str(language)] = load_model(str(language)).held_out, "model"
    return found


def corrected_negative(comments, errors=None, *, confidence=0.95):
    """Share of negative comments, corrected per language and put together.

    Parameters
    ----------
    comments : DataFrame
    errors : dict, optional
        From `classifier_errors` of all comments; default of these.

    Returns
    -------
    dict
        called, share, low, high, n; the interval's halves of the languages are combined as
        independent errors.
    """
    parts, sizes = [], []
    errors = errors or classifier_errors(comments)
    for language, part in comments.groupby("language", observed=True):
        scored = part["score"].notna()
        if not scored.any():
            continue
        found = clustered(part.loc[scored, "negative"].astype(float), part.loc[scored, "customer"])
        size = found["n_effective"]
        held = errors[str(language)][0]
        parts.append(negative_share(found["mean"] * size, size, held, confidence=confidence))
        sizes.append(int(scored.sum()))
    if not parts:
        return {"called": np.nan, "share": np.nan, "low": np.nan, "high": np.nan, "n": 0}
    weight = np.array(sizes) / sum(sizes)
    share = float(sum(w * p["share"] for w, p in zip(weight, parts, strict=True)))
    down = np.sqrt(
        sum((w * (p["share"] - p["low"])) ** 2 for w, p in zip(weight, parts, strict=True))
    )
    up = np.sqrt(
        sum((w * (p["high"] - p["share"])) ** 2 for w, p in zip(weight, parts, strict=True))
    )
    return {"called": float(sum(w * p["called"] for w, p in zip(weight, parts, strict=True))),
            "share": share, "low": float(max(share - down, 0)), "high": float(min(share + up, 1)),
            "n": sum(sizes)}  # fmt: skip


def language_table(comments):
    """Per language: comments, how well the classifier did on comments it had not seen, and here.

    Returns
    -------
    pandas.DataFrame
        language, comments, accuracy, low, high, judged (comments held out), source (what they
        are), separation (area under the curve between satisfied and dissatisfied customers of this
        client), separation_low, separation_high.
    """
    rows = []
    for language, part in comments.groupby("language", observed=True):
        model = load_model(str(language))
        told = part[part["satisfied"].notna()]
        here = (
            separation(told["score"], told["satisfied"].astype(bool)) if len(told) else [np.nan] * 3
        )
        rows.append((str(language), len(part), *model.accuracy, model.n, model.source, *here))
    return pd.DataFrame(rows, columns=["language", "comments", "accuracy", "low", "high", "judged",
                                       "source", "separation", "separation_low", "separation_high"])  # fmt: skip


def covered_share(comments):
    """Share of comments with at least one topic."""
    names = [TOPIC + topic for topic in topic_columns(comments)]
    return float(comments[names].any(axis=1).mean()) if names and len(comments) else 0.0


def mean_accuracy(languages):
    """Accuracy on comments not seen, over the languages by their comments; None without any."""
    if not len(languages):
        return None
    return float(np.average(languages["accuracy"], weights=languages["comments"]))


def source_table(comments, *, confidence=0.95):
    """Sources of what customers say, by volume and score.

    Returns
    -------
    pandas.DataFrame
        source, comments, customers, rated, place (mean score, 0-1), place_low, place_high,
        negative, negative_low, negative_high (corrected), last_on; the largest first.
    """
    rows, errors = [], classifier_errors(comments)
    z = norm.ppf(0.5 + confidence / 2)
    for source, part in comments.groupby("source", observed=True):
        found = clustered(part["place"].to_numpy(float), part["customer"].to_numpy())
        half = z * found["se"] if found["se"] > 0 else np.nan
        told = corrected_negative(part, errors, confidence=confidence)
        rows.append((str(source), len(part), part["customer"].nunique(), found["n"], found["mean"],
                     max(found["mean"] - half, 0), min(found["mean"] + half, 1), told["share"],
                     told["low"], told["high"], part["day"].max().date()))  # fmt: skip
    columns = ["source", "comments", "customers", "rated", "place", "place_low", "place_high",
               "negative", "negative_low", "negative_high", "last_on"]  # fmt: skip
    table = pd.DataFrame(rows, columns=columns)
    return table.sort_values("comments", ascending=False, kind="stable", ignore_index=True)


def topics_by_source(comments):
    """Share of each topic in the comments of each source.

    Returns
    -------
    shares, counts : pandas.DataFrame
        Index topic, columns source; shares 0-1 and numbers of comments.
    """
    names = [TOPIC + topic for topic in topic_columns(comments)]
    grouped = comments.groupby("source", observed=True)[names]
    counts, shares = grouped.sum().T, grouped.mean().T
    counts.index = shares.index = [name.removeprefix(TOPIC) for name in counts.index]
    order = counts.sum(axis=1).sort_values(ascending=False, kind="stable").index
    return shares.loc[order], counts.loc[order]


def rising_topics(comments, *, as_of, recent_days=91, before_days=365, level=0.002):
    """Topics that come up more often than before.

    Parameters
    ----------
    recent_days, before_days : int
        The last days up to as_of, and those before them.
    level : float
        Chance of calling any topic rising when none is (Holm over topics).

    Returns
    -------
    pandas.DataFrame
        topic, before, recent (shares), n_before, n_recent (comments on it), change, low, high
        (95 %, both errors, by customer), p (one-sided), p_holm, rises; the clearest first. Empty
        with fewer than 30 comments in either time.
    """
    columns = ["topic", "before", "recent", "n_before", "n_recent", "change", "low", "high", "p",
               "p_holm", "rises"]  # fmt: skip
    age = (pd.Timestamp(as_of) - comments["day"]).dt.days.to_numpy()
    recent, before = age < recent_days, (age >= recent_days) & (age < recent_days + before_days)
    if min(recent.sum(), before.sum()) < 30:
        return pd.DataFrame(columns=columns)
    who = comments["customer"].to_numpy()
    rows = []
    for topic in topic_columns(comments):
        about = comments[TOPIC + topic].to_numpy(float)
        one, two = (clustered(np.where(at, about, np.nan), who) for at in (before, recent))
        if about[before | recent].sum() < FEWEST:
            continue
        pooled = about[before | recent].mean()
        # under "nothing changed" both have the pooled share
        null = np.sqrt(pooled * (1 - pooled) * (1 / one["n_effective"] + 1 / two["n_effective"]))
        change = two["mean"] - one["mean"]
        half = 1.96 * np.hypot(one["se"], two["se"])
        p = float(norm.sf(change / null)) if null > 0 else 1.0
        rows.append((topic, one["mean"], two["mean"], int(about[before].sum()),
                     int(about[recent].sum()), change, change - half, change + half, p))  # fmt: skip
    table = pd.DataFrame(rows, columns=columns[:-2])
    table["p_holm"] = holm(table["p"].to_numpy(float)) if len(table) else []
    table["rises"] = table["p_holm"] < level
    return table.sort_values("p", kind="stable", ignore_index=True)
