"""What is known of customers, block by block."""

import pandas as pd

import monitoring_world as w
from workbook.analysis.information_blocks import information_blocks


def test_customers_of_a_block_count_once_over_its_tables():
    tables = w.Books(
        customers=pd.DataFrame({"customer_id": ["a", "b", "c", "d"]}),
        orders=pd.DataFrame({"customer_id": ["a", "a", "b", None]}),
        contracts=pd.DataFrame({"customer_id": ["b", "c"]}),
        feedback=pd.DataFrame({"text": ["good"]}),
    )
    found = information_blocks(tables).set_index("block")
    assert found["customers"].to_dict() == {
        "basic": 4, "behaviour": 0, "purchase": 3, "feedback": 0,
    }  # fmt: skip
    assert found["rows"].tolist() == [4, 0, 6, 1]
    assert found.loc["purchase", "there"] == ["orders", "contracts"]
    assert found.loc["purchase", "missing"] == ["invoices", "payments", "deals"]
    assert found.loc["behaviour", "there"] == []
