import pytest

from workbook.intake.contract import TABLES
from workbook.intake.errors import InputError
from workbook.intake.matching.profiles import load_profile, profile_names


@pytest.fixture
def own(tmp_path):
    """Writes a profile of an analyst; returns the params folder."""

    def write(text, name="ours"):
        folder = tmp_path / "_profiles"
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
        return tmp_path

    return write


@pytest.mark.parametrize("name", ["zoho", "zoho-analytics", "fxiaoke"])
def test_our_profiles_map_what_a_crm_has(name, tmp_path):
    profile = load_profile(name, params_dir=tmp_path)
    tables = {rule.table for rule in profile.rules}
    wanted = "customers contacts leads deals deal_stages orders invoices payments contracts tickets"
    assert {*wanted.split(), "events", "visits", "campaigns", "staff"} <= tables
    assert profile.customers == ("accounts", "contacts")


@pytest.mark.parametrize("name", ["zoho", "zoho-analytics", "fxiaoke"])
def test_each_rule_of_ours_names_the_required_columns(name, tmp_path):
    for rule in load_profile(name, params_dir=tmp_path).rules:
        named = {*rule.columns, *rule.constants, "customer_id"}
        named |= {column for join in rule.joins for column in join.columns}
        required = {c.name for c in TABLES[rule.table].columns if c.required}
        assert required <= named, (rule.table, rule.module)


def test_an_analyst_extends_a_profile_of_ours_under_its_own_name(own):
    params = own("extends: zoho\nmodules:\n  cases: {names: [Vorgang]}\n", "zoho")
    profile = load_profile("zoho", params_dir=params)
    assert profile.modules["cases"].names == ("Vorgang",)
    assert "Case Number" in profile.modules["cases"].headings
    assert len(profile.rules) == len(load_profile("zoho-analytics", params_dir=params).rules)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: zohoo\n", "no profile 'zohoo'.*did you mean 'zoho'"),
        ("extends: ours\n", "extends itself"),
        ("moduls: {}\n", "unknown 'moduls'; did you mean 'modules'"),
        ("title: x\n", "has no modules"),
        ("modules: {a: {nams: [x]}}\n", "unknown 'nams'; did you mean 'names'"),
        ("modules: {a: {}}\ncustomers: [b]\n", "customers: unknown 'b'"),
        ("modules: {a: {}}\nsources: {order: []}\n", "sources.order: unknown table.*'orders'"),
        ("modules: {a: {}}\nsources: {orders: {from: b}}\n", "unknown 'b'"),
        (
            "modules: {a: {}}\nsources: {orders: {from: a, columns: {amout: [x]}}}\n",
            "orders has no column 'amout'; did you mean 'amount'",
        ),
        (
            "modules: {a: {}}\nsources: {orders: {from: a, set: {knd: x}}}\n",
            "orders has no column 'knd'",
        ),
        ("modules: {a: {}}\nsources: {orders: {from: a, needs: [b]}}\n", "unknown 'b'"),
        ("modules: {a: {}}\nsources: {orders: {from: a, guess: maybe}}\n", "unknown 'maybe'"),
        (
            "modules: {a: {}}\nsources: {orders: {from: a, join: [{from: a, on: {x: y}}]}}\n",
            "unknown 'on'",
        ),
        ("modules: [a]\n", "must be `key: value` lines"),
        ("modules: {a: {names: {b: c}}}\n", "must be a list"),
    ],
)
def test_mistakes_are_named(own, text, message):
    with pytest.raises(InputError, match=message):
        load_profile("ours", params_dir=own(text))


def test_an_unknown_profile_lists_those_there_are(own):
    params = own("modules: {a: {}}\n")
    assert list(profile_names(params)) == ["fxiaoke", "zoho-analytics", "zoho", "ours"]
    with pytest.raises(InputError, match="no profile '../zoho'; there are fxiaoke"):
        load_profile("../zoho", params_dir=params)
