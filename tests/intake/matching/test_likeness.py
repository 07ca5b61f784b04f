import pytest

from workbook.intake.matching.likeness import bare, likeness, unit_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Order Date", "order_date"),
        ("OrderDate", "order date"),
        ("销售订单金额(元)", "销售订单金额"),
        ("ＡＭＯＵＮＴ", "amount"),
        ("Amount (EUR)", "Amount"),
        ("E-Mail", "e mail"),
    ],
)
def test_spelling_does_not_tell_headings_apart(one, other):
    assert likeness(one, other) == 1.0


def test_other_words_are_other_headings():
    assert likeness("Order Date", "Customer Name") < 0.6
    assert likeness("下单日期", "客户名称") < 0.3
    assert likeness("", "id") == likeness("(%)", "") == 0.0


def test_a_word_more_leaves_headings_alike_but_a_word_that_says_little_does_not():
    assert 0.8 < likeness("Sales Channel", "Channel") < 0.95
    assert likeness("推广渠道", "渠道") > 0.8
    assert likeness("Visitor Id", "Id") < 0.8
    assert likeness("合同金额", "金额") < 0.8


def test_unit_is_what_stands_in_brackets_last():
    assert unit_of("金额（万元）") == "万元" and unit_of("Cost (net) [EUR]") == "EUR"
    assert unit_of("Cost") == ""


def test_a_heading_in_brackets_alone_keeps_its_words():
    assert bare("(Total)") == "total"
