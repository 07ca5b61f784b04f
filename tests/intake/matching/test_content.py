import pandas as pd
import pytest

from workbook.intake.matching.content import contents, fit


def content(cells):
    return contents(pd.DataFrame({"x": pd.Series(cells, dtype=object)}))["x"]


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["2024-03-05", "2024-03-06 14:05:00"], "date"),
        (["05.03.2024 14:05", "6.3.2024"], "date"),
        (["2024年3月5日", "2024年3月"], "date"),
        (["2024/3/5", "20240305"], "date"),
        (["1709647500000"], "date"),
        (["5 Mar 2024", "Mar 5, 2024"], "date"),
        (["￥1,234.50", "(12.00)", "3.5万", "-1"], "number"),
        (["1.234,50", "12"], "number"),
        (["13800138000", "+86 138-0013-8000", "010-12345678"], "phone"),
        (["a@b.cn", "x.y@firm.test"], "email"),
        (["4876543100000002987", "KH00012"], "id"),
        (["是", "否", "true"], "flag"),
    ],
)
def test_kinds_of_cells(cells, kind):
    assert content(cells).kinds[kind] == 1.0


def test_shares_count_cells_not_different_values():
    found = content(["1", "1", "1", "x", None, " ", "N/A"])
    assert found.filled == pytest.approx(4 / 7) and found.kinds["number"] == 0.75
    assert found.distinct == 2 and found.texts == {"1": 3, "x": 1}


def test_an_empty_column_fits_anything_and_shows_nothing():
    found = content([None, "", "-"])
    assert found.filled == 0 and found.example == "" and fit(found, "date") == 1.0


def test_order_of_day_and_month_is_counted():
    found = content(["13.01.2024", "01.02.2024", "01/31/2024"])
    assert (found.day_first, found.month_first) == (1, 1)


def test_signs_name_currencies_only_where_numbers_stand():
    assert content(["￥5", "12元", "3 €"]).signs == {"CNY": 2, "EUR": 1}
    assert content(["元旦", "五元店", "双元"]).signs == {}


@pytest.mark.parametrize(
    ("cells", "type_", "low", "high"),
    [
        (["2024-01-01", "2024-01-02"], "date", 1.0, 1.0),
        (["2024-01-01", "2024-01-02"], "text", 0.0, 0.3),
        (["2024-01-01", "2024-01-02"], "id", 0.0, 0.0),
        (["45000", "45001.5"], "date", 1.0, 1.0),
        (["12", "x"], "money", 0.5, 0.5),
        (["shop", "web"], "money", 0.0, 0.0),
        (["yes", "no"], "flag", 1.0, 1.0),
        (
            ["a long sentence about what happened to the washing machine, in all its parts"],
            "id",
            0,
            0,
        ),
    ],
)
def test_fit_is_the_share_that_can_be_the_type(cells, type_, low, high):
    assert low <= fit(content(cells), type_) <= high


def test_of_headings_that_repeat_the_first_counts():
    frame = pd.DataFrame([["1", "a"]], columns=["x", "x"])
    assert contents(frame)["x"].texts == {"1": 1}
