import pytest

from workbook.intake.matching.raw import stem
from workbook.intake.matching.recognition import best_profile, recognised


def test_files_of_a_zoho_backup_are_known(exports, profile):
    found = recognised(exports.zoho(), profile("zoho"))
    assert {module: group[0].name for module, group in found.items()} == {
        "accounts": "Accounts_001.csv",
        "contacts": "Contacts_001.csv",
        "deals": "Deals_001.csv",
        "sales_orders": "Sales_Orders_001.csv",
        "order_lines": "Sales_Order_Line_Items_001.csv",
        "cases": "Cases_001.csv",
        "calls": "Calls_001.csv",
    }


def test_the_name_of_a_sheet_tells_as_much_as_that_of_a_file(raw, profile):
    columns = {"客户名称": ["甲"], "客户编号": ["K1"], "客户级别": ["重要"], "电话": ["1"]}
    found = recognised([raw("2024导出.xlsx", columns, sheet="客户")], profile("fxiaoke"))
    assert list(found) == ["accounts"]


def test_headings_tell_a_file_of_any_name(raw, profile):
    columns = {
        "Record Id": ["1"], "Account Name": ["x"], "Account Owner": ["y"], "Industry": ["z"],
        "Account Type": ["Customer"],
    }  # fmt: skip
    assert list(recognised([raw("tmp-1.csv", columns)], profile("zoho"))) == ["accounts"]


def test_a_name_alone_is_not_enough(raw, profile):
    assert recognised([raw("Accounts.csv", {"Day": ["1"], "Cost": ["2"]})], profile("zoho")) == {}


@pytest.mark.parametrize("name", ["zoho", "fxiaoke"])
def test_the_profile_is_told_by_the_files(exports, name, tmp_path):
    assert best_profile(getattr(exports, name)(), params_dir=tmp_path).name == name


def test_files_of_no_crm_have_no_profile(raw, tmp_path):
    sales = raw("umsatz.csv", {"Kunde": ["1"], "Datum": ["2024-01-01"], "Betrag": ["2"]})
    assert best_profile([sales], params_dir=tmp_path) is None


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Accounts.csv", "Accounts"),
        ("Accounts_001.csv", "Accounts"),
        ("Accounts_2024_03_05.csv", "Accounts"),
        ("Accounts-20240305-101500.csv", "Accounts"),
        ("客户(2).xlsx", "客户"),
        ("客户 副本.xlsx", "客户"),
        ("2024.csv", "2024"),
        ("商机2.0.xlsx", "商机"),
    ],
)
def test_stem_leaves_out_the_number_and_date_of_a_part(name, plain):
    assert stem(name) == plain
