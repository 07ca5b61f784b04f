from workbook.intake.errors import nearest


def test_nearest_ignores_case_and_keeps_silent_without_a_match():
    assert nearest("amount", ["Amount"]) == "; did you mean 'Amount'?"
    assert (
        nearest("horizon_month", ["horizon_months", "value"]) == "; did you mean 'horizon_months'?"
    )
    assert nearest("xyz", ["Amount"]) == ""
