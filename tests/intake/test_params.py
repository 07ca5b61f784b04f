"""Params: read as text, typed by the schema, merged in one order, refused in clear words."""

import pytest

from workbook.intake.errors import InputError
from workbook.intake.parameters import Parameter
from workbook.intake.params import check_shared_params, load_client, theme_hides, theme_params

CELL = [
    Parameter("client", "cdnow", "text", ""),
    Parameter("language", "en", "text", "", ("en", "zh")),
    Parameter("as_of", "1998-06-30", "date", ""),
    Parameter("value", "revenue", "text", "", ("revenue", "margin")),
    Parameter("horizon_months", 12, "integer", "", (), 1, 120),
    Parameter("discount_rate_annual", 0.1, "number", "", (), 0, 1),
    Parameter("include_zero_amounts", True, "flag", ""),
    Parameter("calibration_end", "", "date", ""),
    Parameter("store", "", "text", ""),
    Parameter("regions", [], "list", ""),
]


def theme(shop, text, **overrides):
    (shop.params / "shop" / "clv.yml").write_text(text, encoding="utf-8")
    return theme_params(shop.client(), "clv", CELL, overrides)


def refused(call, *words):
    with pytest.raises(InputError) as caught:
        call()
    for word in words:
        assert word in str(caught.value), str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "name", ["../shop", "a/b", "/etc", "..", ".", "", "shop/", "a\\b", "a\0", ".git", "-x"]
)
def test_client_that_is_no_plain_folder_name(shop, name):
    refused(lambda: load_client(name, params_dir=shop.params), "can't be a client")


def test_unknown_client_names_the_nearest(shop):
    refused(
        lambda: load_client("shp", params_dir=shop.params),
        "params/shp/_shared.yml is missing",
        "did you mean 'shop'?",
    )


def test_values_stay_as_typed(shop):
    shop.shared("client: NO\nlanguage: zh\ncurrency: CNY\nas_of: 2011-12-09\nedition: 00123\n")
    client = shop.client()
    assert (client.name, client.edition, client.language) == ("NO", "00123", "zh")
    assert client.as_of.isoformat() == "2011-12-09"
    assert theme(shop, "store: 00123\nregions: [NO, 012]\n")["store"] == "00123"
    assert theme(shop, "regions: [NO, 012]\n")["regions"] == ["NO", "012"]


def test_everything_else_has_a_default(shop):
    shop.shared("")
    client = shop.client()
    assert (client.name, client.language, client.as_of, client.sources) == ("shop", "en", None, {})


def test_precedence(shop):
    shared = 'language: zh\nas_of: "2024-01-01"\nparams: {horizon_months: 6, value: margin}\n'
    shop.shared(shared)
    values = theme(shop, "horizon_months: 24\n", discount_rate_annual="0.05")
    assert values["client"] == "shop" and values["language"] == "zh"
    assert values["as_of"] == "2024-01-01"
    assert values["value"] == "margin"  # _shared.yml over notebook
    assert values["horizon_months"] == 24  # theme over _shared.yml
    assert values["discount_rate_annual"] == 0.05  # command line over all
    assert values["include_zero_amounts"] is True  # notebook
    assert theme(shop, "", horizon_months=3, as_of="2023-05-05")["as_of"] == "2023-05-05"


@pytest.mark.parametrize(
    "text, words",
    [
        ("horizon_month: 3", ["unknown param 'horizon_month'", "did you mean 'horizon_months'?"]),
        ("horizon_months: soon", ["horizon_months must be a number, not 'soon'"]),
        ("horizon_months: 1.5", ["must be a whole number"]),
        ("horizon_months: 1_0", ["must be a number"]),
        ("horizon_months: 121", ["must lie within 1 to 120, not 121"]),
        ("horizon_months: [1]", ["must be a number, not a list"]),
        ("discount_rate_annual: nan", ["must be a finite number"]),
        ("value: margn", ["must be one of revenue, margin, not 'margn'", "did you mean 'margin'?"]),
        ("include_zero_amounts: maybe", ["must be true or false"]),
        ("calibration_end: 31/12/2011", ["must be a date such as 2011-12-09"]),
        ("calibration_end: 2011-02-30", ["must be a date"]),
        ("calibration_end: 20110228", ["must be a date"]),
        ("store: {a: b}", ["must be text, not a group of keys"]),
        ("regions: north", ["must be a list"]),
        ("- a\n- b", ["must be"]),
        ("value: revenue\nvalue: margin", ["line 2: 'value' is given twice"]),
        ("value: [", ["line"]),
        ("value: !!python/object/apply:os.system [id]", ["line 1: tags"]),
        ("a: &x 1\nb: *x", ["anchors"]),
        ("[a]: b", ["a key must be plain text"]),
        ("store: \x07", ["clv.yml"]),
    ],
)
def test_theme_params_that_are_refused(shop, text, words):
    shop.shared("client: Shop\n")
    refused(lambda: theme(shop, text), "params/shop/clv.yml", *words)


@pytest.mark.parametrize(
    "text, words",
    [
        ("langage: en", ["unknown key 'langage'", "did you mean 'language'?"]),
        ("language: fr", ["language must be one of en, zh, not 'fr'"]),
        ("currency: dollars", ["three-letter code"]),
        ("as_of: 31.12.2011", ["as_of must be a date"]),
        ("engine: sparc", ["engine must be one of"]),
        ("sources: [orders]", ["sources must be"]),
        ("sources: {order: {path: x}}", ["unknown table 'order'", "did you mean 'orders'?"]),
        ("sources: {orders: {}}", ["sources.orders has no path"]),
        ("sources: {orders: {pth: x}}", ["sources.orders.pth", "did you mean 'path'?"]),
        (
            "sources: {orders: {path: x, columns: {custmer_id: a}}}",
            ["orders has no column 'custmer_id'", "did you mean 'customer_id'?"],
        ),
        ("sources: {orders: {path: x, date_order: dym}}", ["date_order must be one of"]),
        ("sources: {orders: {path: x, encoding: ebcdic}}", ["encoding must be one of"]),
        ("scales: {csat: [5, 1, up]}", ["lowest value must be below"]),
        ("scales: {csat: [1, 5]}", ["must be [lowest, highest, up or down]"]),
        ("scales: {csat: [1, 5, sideways]}", ["must be one of up, down"]),
        ("simulated: perhaps", ["simulated must be true or false"]),
        ("brand: {isuer: x}", ["brand.isuer", "did you mean 'issuer'?"]),
        ("themes: clv", ["themes must be a list"]),
        ("hide: [a]", ["hide must be"]),
        ("client: [a]", ["client must be text, not a list"]),
        ("a: " + "[" * 3000 + "]" * 3000, ["nested too deeply"]),
        ("edition: " + "x" * 1_000_001, ["larger than 1 MB"]),
    ],
)
def test_shared_params_that_are_refused(shop, text, words):
    shop.shared(text)
    refused(shop.client, "params/shop/_shared.yml", *words)


def test_params_that_are_not_utf8(shop):
    (shop.params / "shop" / "_shared.yml").write_bytes("client: 张三".encode("gb18030"))
    refused(shop.client, "params/shop/_shared.yml is not UTF-8")


def test_shared_params_must_belong_to_some_theme(shop):
    shop.shared("params: {horizon_month: 3}\n")
    refused(
        lambda: check_shared_params(shop.client(), {"clv": CELL}),
        "unknown param 'horizon_month'",
        "did you mean 'horizon_months'?",
    )
    shop.shared("params: {horizon_months: 3}\n")
    check_shared_params(shop.client(), {"clv": CELL, "other": []})


def test_hidden_findings_of_client_and_theme(shop):
    shop.shared("hide: {clv-a: known}\n")
    theme(shop, "hide: {clv-b: agreed with the client}\n")
    assert theme_hides(shop.client(), "clv") == {
        "clv-a": "known",
        "clv-b": "agreed with the client",
    }


def test_demo_clients(root):
    english = load_client("cdnow", params_dir=root / "params")
    chinese = load_client("cdnow_sample", params_dir=root / "params")
    assert (english.language, chinese.language) == ("en", "zh")
    assert english.as_of.isoformat() == chinese.as_of.isoformat() == "1998-06-30"
    assert theme_params(chinese, "clv", CELL, {})["calibration_end"] == "1997-09-30"
