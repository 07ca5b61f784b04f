"""Comments: sentiment, topics, quotations, what is new."""

from datetime import date
from importlib.resources import files

import ibis
import numpy as np
import pandas as pd
import pytest

from answer_sheets import read
from workbook.analysis import sentiment, topics
from workbook.analysis.comments import read_comments
from workbook.analysis.new_words import new_words
from workbook.analysis.quotations import quotations
from workbook.analysis.text_features import characters, chinese_share, hashed_runs
from workbook.analysis.topic_words import parse_topics

AS_OF = date(2024, 12, 31)


def comments_of(texts, scores=None, days=None, customers=None, **options):
    n = len(texts)
    table = pd.DataFrame(
        {
            "response_id": [f"r{i:05d}" for i in range(n)],
            "answered_on": pd.to_datetime(days if days is not None else ["2024-12-01"] * n),
            "customer_id": customers or [f"c{i:05d}" for i in range(n)],
            "comment": texts,
        }
    )
    if scores is not None:
        table["csat"] = scores
    return read_comments(read(table), **options)


def test_writing_is_evened_out():
    one, _ = characters(["ＡＢＣ　１２  x"])
    two, _ = characters(["abc 98 X"])
    assert one.tolist() == two.tolist()
    codes, starts = characters(["ab", None, "", "c\x00d"])
    assert len(starts) == 4 and (codes == 0).sum() == 4


def test_runs_stay_within_a_text():
    codes, starts = characters(["abc", "bcd"])
    ((bucket, inside),) = hashed_runs(codes, lengths=[2], buckets=2**20)
    places = [bucket[i] for i in range(len(codes)) if inside[i]]
    assert len(places) == 6  # the text's beginning counts as a character
    assert places[2] == places[4] and len(set(places)) == 5
    assert chinese_share(*characters(["好ab", "ok", "12"])).tolist()[:2] == [1 / 3, 0]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_shipped_models_are_small_plain_and_say_how_good_they_are(language):
    model = sentiment.load_model(language)
    path = files("workbook.analysis") / "models" / f"sentiment_{language}.npz"
    with path.open("rb") as file:
        assert len(file.read()) < 500_000
    share, low, high = model.accuracy
    assert model.n > 1000 and 0.8 < low < share < high < 0.9
    assert set(model.held_out) == {
        "true_negative", "false_negative", "true_positive", "false_positive"}  # fmt: skip


def test_plain_judgements_are_told_apart():
    good = [
        "质量非常好,物超所值,推荐",
        "服务态度很好,送货也快",
        "Excellent, works perfectly, very happy",
    ]
    bad = [
        "太差了,用了两天就坏,要求退货",
        "客服态度恶劣,再也不来了",
        "Terrible, broken on arrival, waste of money",
    ]
    told = sentiment.comment_scores(good + bad + ["12345", None])
    assert told["negative"].tolist() == [False] * 3 + [True] * 3 + [False] * 2
    assert told["language"].tolist()[:6] == ["zh", "zh", "en"] * 2
    assert told["score"].isna().tolist() == [False] * 6 + [True] * 2


def test_order_and_company_change_no_score():
    texts = ["很好", "bad service", "不好用,噪音大", "nice"] * 700
    alone = sentiment.comment_scores(texts[:4])["score"].tolist()
    assert sentiment.comment_scores(texts)["score"].tolist() == alone * 700
    assert sentiment.comment_scores([]).empty


def test_real_reviews_are_told_apart(real_data):
    """On the reviews the model was trained on it must do better than on those it had not seen."""
    data = pd.read_csv(real_data / "comments/airline_seat_reviews.csv.gz")
    told = sentiment.comment_scores(data["content"])
    right = (told["negative"] == (data["recommended"] == 0)).mean()
    assert right > sentiment.load_model("en").accuracy[0]


def test_the_corrected_share_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(200):
        judged = rng.binomial(600, 0.85), rng.binomial(600, 0.2)
        held = {"true_negative": judged[0], "false_negative": 600 - judged[0],
                "false_positive": judged[1], "true_positive": 600 - judged[1]}  # fmt: skip
        called = rng.binomial(500, 0.3 * 0.85 + 0.7 * 0.2)
        found = sentiment.negative_share(called, 500, held, confidence=0.90)
        hits += found["low"] <= 0.3 <= found["high"]
    assert 164 <= hits <= 193


def test_a_classifier_no_better_than_chance_says_nothing():
    held = {"true_negative": 50, "false_negative": 50, "false_positive": 50, "true_positive": 50}
    assert np.isnan(sentiment.negative_share(30, 100, held)["share"])
    assert np.isnan(sentiment.separation([0.1] * 5, [True] * 5)[0])


def test_nothing_to_say_is_no_comment():
    texts = [
        "没有意见。",
        "无",
        "N/A",
        "no comments",
        "...",
        "123",
        "",
        "好",
        "No problem at all",
        None,
    ]
    found = comments_of(texts)
    assert found["text"].tolist() == ["No problem at all", "好"]


def test_topics_in_both_languages_and_own_ones():
    own = parse_topics("filters: filter*, 滤芯")
    found = comments_of(
        ["The parcel was late", "快递太慢了", "滤芯太贵", "filters are fine", "lovely"], topics=None
    )
    by_text = found.set_index("text")
    assert by_text.loc["The parcel was late", "topic_delivery"]
    assert (
        by_text.loc["快递太慢了", "topic_delivery"] and by_text.loc["快递太慢了", "topic_waiting"]
    )
    assert by_text.loc["滤芯太贵", "topic_price"] and not by_text.loc["lovely", "topic_price"]
    mine = comments_of(["滤芯太贵", "filters are fine"], topics=own).set_index("text")
    assert mine["topic_filters"].all() and list(topics.topic_columns(mine)) == ["filters"]


def test_interviews_stand_beside_sheets():
    feedback = pd.DataFrame(
        {"given_on": pd.to_datetime(["2024-05-01"] * 2), "source": ["interview", "review"],
         "text": ["价格太高", "great value"], "rating": [2.0, 5.0]}
    )  # fmt: skip
    found = comments_of(["too expensive"] * 3, [1, 2, 5], feedback=ibis.memtable(feedback))
    shares, counts = topics.topics_by_source(found)
    assert counts.loc["price"].to_dict() == {"interview": 1, "review": 1, "survey": 3}
    assert found.loc[found["source"] == "interview", "place"].tolist() == [0.25]
    table = topics.source_table(found).set_index("source")
    assert table.loc["survey", "comments"] == 3 and table.loc["review", "rated"] == 1


def test_scores_of_a_topic_are_held_against_the_others():
    texts = ["delivery late", "nice colour"] * 200
    scores = [2, 4] * 200
    table = topics.topic_table(comments_of(texts, scores)).set_index("topic")
    row = table.loc["delivery"]
    assert row["share"] == 0.5 and row["gap"] == pytest.approx(-0.5) and row["gap_high"] < -0.4


def days_of(rng, n):
    return pd.Timestamp(AS_OF) - pd.to_timedelta(rng.integers(0, 456, n), unit="D")


def test_a_new_topic_and_its_word_are_found():
    rng = np.random.default_rng(1)
    days = days_of(rng, 2500)
    recent = (pd.Timestamp(AS_OF) - days).days < 91
    new = recent & (rng.random(2500) < 0.3)
    texts = np.where(new, "the warranty portal refuses my repair", rng.choice(
        ["good price", "fast delivery", "friendly staff", "works fine"], 2500))  # fmt: skip
    found = comments_of(texts.tolist(), days=days)
    rising = topics.rising_topics(found, as_of=AS_OF)
    assert rising.loc[rising["rises"], "topic"].tolist() == ["after_sales"]
    words = new_words(found, as_of=AS_OF)
    assert words["word"].str.contains("warranty|portal|refuses|repair").all() and len(words)


def test_a_run_of_chinese_characters_is_found_whole():
    rng = np.random.default_rng(2)
    days = days_of(rng, 1500)
    new = ((pd.Timestamp(AS_OF) - days).days < 91) & (rng.random(1500) < 0.3)
    texts = np.where(new, "遥控面板失灵", rng.choice(["价格实惠", "送货很快", "还不错吧"], 1500))
    words = new_words(comments_of(texts.tolist(), days=days), as_of=AS_OF)
    assert len(words) and all(word in "遥控面板失灵" for word in words["word"])
    assert words["word"].str.len().max() == 4


def test_where_nothing_is_new_nothing_is_named():
    rng = np.random.default_rng(3)
    named = rises = 0
    for _ in range(20):
        texts = rng.choice(["good price", "fast delivery", "friendly staff", "app crashes", "ok then"],
                           600).tolist()  # fmt: skip
        found = comments_of(texts, days=days_of(rng, 600))
        rises += topics.rising_topics(found, as_of=AS_OF)["rises"].sum()
        named += len(new_words(found, as_of=AS_OF))
    assert rises + named <= 1


def test_quotations_of_both_sides_without_addresses():
    texts = ["delivery took two weeks, call me at 138 1234 5678 or a@b.com"] * 5
    texts += ["delivery came early, lovely"] * 8 + ["the delivery man sang"]
    found = quotations(comments_of(texts, [1] * 5 + [5] * 9), ["delivery"])
    assert found["satisfied"].tolist() == [False, True]
    assert found["text"].tolist()[0].count("***") == 2 and "138" not in found["text"].iloc[0]
    assert found["text"].iloc[1] == "delivery came early, lovely"
    assert found["comments"].tolist() == [5, 9]


def test_errors_are_the_clients_own_where_scores_tell():
    bad, good = ["terrible, broken"] * 60, ["great, love it"] * 60
    found = comments_of(bad + good, [1] * 60 + [5] * 60)
    errors = topics.classifier_errors(found)
    assert errors["en"][1] == "client" and errors["en"][0]["true_negative"] == 60
    told = topics.corrected_negative(found)
    assert told["share"] == pytest.approx(0.5) and told["low"] < 0.5 < told["high"]
    few = comments_of(bad[:5], [1] * 5)
    assert topics.classifier_errors(few)["en"][1] == "model"


def test_the_cut_is_the_one_that_tells_best():
    low = np.repeat([True, False], 100)
    score = np.r_[np.linspace(0.1, 0.3, 100), np.linspace(0.4, 0.6, 100)]
    assert sentiment.own_cut(score, low) == pytest.approx(0.35, abs=0.01)
    assert sentiment.own_cut(score[50:119], low[50:119]) == 0.5  # nineteen of one kind are too few
    rng = np.random.default_rng(0)
    mixed = np.r_[rng.normal(0.3, 0.1, 3000), rng.normal(0.5, 0.1, 3000)]
    assert sentiment.own_cut(mixed, np.repeat([True, False], 3000)) == pytest.approx(0.4, abs=0.03)


def test_no_comment_at_all():
    nothing = read_comments(read(pd.DataFrame(
        {"response_id": ["a"], "answered_on": [pd.Timestamp("2024-01-01")], "csat": [3.0]})))  # fmt: skip
    assert nothing.empty and topics.topic_table(nothing)["comments"].sum() == 0
    assert topics.covered_share(nothing) == 0 and topics.mean_accuracy(
        topics.language_table(nothing)) is None  # fmt: skip
    assert (
        topics.rising_topics(nothing, as_of=AS_OF).empty and new_words(nothing, as_of=AS_OF).empty
    )
    assert quotations(nothing, ["price"]).empty
