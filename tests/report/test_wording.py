import pytest

from workbook.report.wording import WordingError, causal_words, check_wording


@pytest.mark.parametrize(
    "text",
    [
        "Discounts drive repeat purchases",
        "Sales fell because of the price",
        "A late reply leads to churn",
        "Growth is due to new customers",
        "The programme boosted revenue",
        "流失由价格上涨导致",
        "老客带来 68% 的收入",
        "折扣提升了复购率",
        "价格影响满意度",
        "首购客户贡献了增长的一半",
    ],
)
def test_causal_words_are_found(text):
    assert causal_words(text)
    with pytest.raises(WordingError, match="may not claim a cause"):
        check_wording(text, "predictive", "a finding")
    check_wording(text, "causal", "a finding")


@pytest.mark.parametrize(
    "text",
    [
        "The top fifth of customers brings 68 % of revenue",
        "Customers who reply late are less likely to return",
        "Losing one in ten is expected to cost $190 k a year",
        "Screwdrivers are bought with drills",
        "前 20% 的客户贡献占比为 67.8%",
        "在算术拆解中贡献了 3.2 个百分点",
        "复购率与首购渠道相关\uff0c高于平均水平",
    ],
)
def test_other_words_pass(text):
    assert causal_words(text) == []


def test_names_from_the_data_are_not_judged():
    from workbook.report.language import Language

    t = Language("en").t
    named = t("{product} is bought most often.", product="DUE TO YOU mug")
    check_wording(named, "descriptive", "a finding")
    with pytest.raises(WordingError):
        check_wording(t("{a}, {b}", a=t("It grew because of us"), b=1), "descriptive", "a finding")
