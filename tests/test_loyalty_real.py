"""The loyalty report on real coupon campaigns: US households of 2017 (The Complete Journey)."""

import pandas as pd
import pytest

from theme_pages import run_cells, write_client


@pytest.fixture(scope="module")
def tables(real_data):
    """Receipt lines are a sample; every campaign sent to a household is one offer."""
    folder = real_data / "complete_journey"
    lines, sent, used, kinds = (
        pd.read_csv(folder / f"cj_{name}.csv.gz")
        for name in (
            "transactions_sample", "campaigns", "coupon_redemptions", "campaign_descriptions",
        )
    )  # fmt: skip
    orders = lines.rename(
        columns={"household_id": "customer_id", "basket_id": "order_id", "sales_value": "amount",
                 "transaction_timestamp": "ordered_at", "product_id": "product"}
    )  # fmt: skip
    orders = orders[orders["amount"] > 0]
    first_use = used.groupby(["household_id", "campaign_id"], as_index=False)[
        "redemption_date"
    ].min()
    offers = sent.merge(first_use, how="left").merge(kinds)
    offers = offers.rename(
        columns={"household_id": "customer_id", "start_date": "issued_on",
                 "redemption_date": "redeemed_on"}
    )  # fmt: skip
    offers["offer_id"] = [f"o{i}" for i in range(len(offers))]
    offers = offers[["offer_id", "customer_id", "issued_on", "campaign_id", "redeemed_on"]]
    campaigns = kinds.rename(
        columns={"campaign_type": "kind", "start_date": "started_on", "end_date": "ended_on"}
    )
    columns = ["customer_id", "order_id", "ordered_at", "amount", "product"]
    return {"orders": orders[columns], "offers": offers, "campaigns": campaigns}


def test_real_coupons(tables, tmp_path, monkeypatch):
    write_client(tmp_path, tables, theme="loyalty", as_of="2017-12-31")
    page = run_cells(tmp_path, monkeypatch, theme="loyalty")
    assert page.warned == []
    offers = tables["offers"].merge(tables["campaigns"])
    ripe = offers[offers["issued_on"] <= "2017-12-03"]
    shares = ripe["redeemed_on"].notna().groupby(ripe["kind"]).mean()
    assert 0.02 < shares.min() < shares.max() < 0.3
    for kind, share in shares.items():  # recounted from the raw files
        assert kind in page.text and f"{100 * share:.1f} %" in page.text, kind
    whole = ripe["redeemed_on"].notna().mean()
    assert f"{100 * whole:.1f} %" in page.text
    assert page.problems == []
    assert all(item["rung"] != "causal" for item in page.findings)
    # those who got one had bought more before: the page says so and gives no verdict
    assert "no verdict on the offers" in page.text
    assert page.record["redemption_rate"] == pytest.approx(whole)
