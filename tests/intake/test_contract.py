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
