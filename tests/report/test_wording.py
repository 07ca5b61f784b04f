import pytest

from workbook.report.language import Language
from workbook.report.monitoring_words import TRAITS
from workbook.report.wording import WordingError, causal_words, check_wording, plain_words

ZERO = "\u200b"


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


FOOLING = {
    "zero width": f"Sales fell be{ZERO}cause of the price",
    "zero width joiner in Chinese": "涨价导\u200d致流失",
    "soft hyphen": "Discounts dr\u00adive repeat purchases",
    "word joiner": "A late reply lea\u2060ds to churn",
    "right-to-left mark": "The price caus\u200fed the fall",
    "byte order mark": "The price\ufeff caus\ufeffed the fall",
    "two spaces": "A late reply leads   to churn",
    "no-break space": "Growth is due\u00a0to new customers",
    "line break": "Growth is due\nto new customers",
    "letters set apart": "The price c a u s e d the fall",
    "letters set apart by dots": "The price c.a.u.s.e.d the fall",
    "a hyphen in the word": "Sales fell be-cause of the price",
    "hyphens between words": "A late reply leads-to churn",
    "an underscore": "A late reply leads_to churn",
    "Chinese set apart by a space": "涨价导 致流失",
    "Chinese set apart by a wide space": "涨价导\u3000致流失",
    "Chinese set apart by a dot": "涨价导·致流失",
    "Chinese set apart by a hyphen": "涨价导-致流失",
    "full width": "The price ｃａｕｓｅｄ the fall",
    "mathematical letters": "The price 𝐜𝐚𝐮𝐬𝐞𝐝 the fall",
    "capitals": "THE PRICE CAUSED THE FALL",
    "Cyrillic letters": "The price саusеd the fall",
    "accents": "The price càusęd the fall",
    "digits for letters": "The price c4us3d the fall",
    "another inflection": "The price was causing the fall",
    "noun": "The programme is the driver of repurchase",
    "past": "The programme drove repurchase",
    "an adverb between": "A late reply leads directly to churn",
    "passive": "The fall is explained by the price",
    "another verb": "The fall stems from the price",
    "another verb still": "The campaign spurred sales",
    "brought about": "The campaign brought about a rise",
    "contributes": "The campaign contributes to revenue",
    "attributed": "The rise is attributed to the campaign",
    "an action as subject": "The coupon reduces churn",
    "consequence": "The fall is a consequence of the price",
    "therefore": "The price rose; thus customers left",
    "pushed up": "The coupon pushed sales up",
    "traditional": "漲價導致流失",
    "traditional influence": "價格影響滿意度",
    "traditional drive": "折扣帶動復購",
    "an action as subject in Chinese": "优惠券提高了复购率",
    "without the aspect particle": "优惠券降低流失率",
    "promotes": "会员计划促进复购",
    "stems from in Chinese": "流失源自涨价",
    "because ... therefore": "客户因涨价而流失",
    "what it is due to": "流失为涨价所致",
    "credit": "增长归功于活动",
    "makes customers": "涨价让客户离开",
    "weakens": "延迟交付削弱忠诚度",
    "benefit": "增长受益于活动",
    "root": "涨价是流失的根源",
}


@pytest.mark.parametrize("text", FOOLING.values(), ids=FOOLING)
def test_the_check_is_not_fooled(text):
    assert causal_words(text), plain_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "The top fifth of customers brings 68 % of revenue",
        "Customers who reply late are less likely to return",
        "Losing one in ten is expected to cost $190 k a year",
        "Screwdrivers are bought with drills",
        "Leads from the web shop convert within 12 days",
        "Revenue increased by 3 %, complaints were reduced to 12 a month",
        "Of 30 customers, the median time to a reply is 4 hours",
        "On-time deliveries, year-on-year, lie 3.2 points lower since Apr 2025",
        "Customers in B2B with Q3-2025 contracts left earlier than others",
        "前 20% 的客户贡献占比为 67.8%",
        "在算术拆解中贡献了 3.2 个百分点",
        "复购率与首购渠道相关\uff0c高于平均水平",
        "复购率提高 3.2 个百分点\uff0c流失率降至 4%",
        "引导\uff0c致谢与回访三个步骤的完成率为 40%",
        "客户使用优惠券的占比为 12%\uff0c大使推荐占 3%",
    ],
)
def test_other_words_pass(text):
    assert causal_words(text) == []


def test_names_from_the_data_are_not_judged():
    t = Language("en").t
    named = t("{product} is bought most often.", product="DUE TO YOU mug")
    check_wording(named, "descriptive", "a finding")
    with pytest.raises(WordingError):
        check_wording(t("{a}, {b}", a=t("It grew because of us"), b=1), "descriptive", "a finding")


def test_the_words_named_are_those_of_the_text():
    with pytest.raises(WordingError, match="reword 'leads to', 'because'"):
        check_wording("It leads to churn because of us", "descriptive", "a finding")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_any_trait_may_be_named_as_the_one_that_drifted_most(language):
    t = Language(language).t
    assert not [name for name in TRAITS.values() if causal_words(t(name))]
