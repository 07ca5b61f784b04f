from workbook.intake.contract import TABLES, codebook


def test_codebook_is_the_one_in_data(root):
    written = (root / "data" / "README.md").read_text(encoding="utf-8")
    assert written == codebook(), "run: python -m workbook.intake.contract"


def test_families_of_columns():
    customers = TABLES["customers"]
    assert customers.column("attitude_price").type == "number"
    assert customers.column("attitude") is None
    assert [c.name for c in customers.columns if c.personal] == ["name", "phone", "email"]
    assert [c.name for c in TABLES["orders"].columns if c.required] == [
        "customer_id",
        "ordered_at",
        "amount",
    ]


def test_every_table_of_the_house_is_there():
    assert len(TABLES) == 32
    keys = {name: table.key for name, table in TABLES.items() if table.key}
    assert keys["customers"] == "customer_id" and keys["payments"] == "payment_id"
    assert TABLES["spend"].moment == "month" and TABLES["targets"].moment is None


def test_keys_lead_to_a_table_that_has_one():
    for table in TABLES.values():
        for column in table.columns:
            if column.refers_to and column.refers_to != "orders":
                assert TABLES[column.refers_to].key, f"{table.name}.{column.name}"


def test_types_allowed_values_and_what_a_column_unlocks():
    types = {column.type for table in TABLES.values() for column in table.columns}
    assert types == {"id", "text", "date", "time", "month", "number", "money", "integer", "flag"}
    kind = TABLES["tickets"].column("kind")
    assert kind.allowed == ("enquiry", "complaint", "after_sales", "return", "repair")
    assert TABLES["orders"].column("cost").unlocks == "value as gross margin instead of revenue"
    assert not any(c.unlocks and c.required for t in TABLES.values() for c in t.columns)


def test_themes_are_those_of_the_house():
    from workbook.report import terms

    assert {theme for table in TABLES.values() for theme in table.themes} <= set(terms.THEMES)
    assert set(terms.TABLES) == set(TABLES)
