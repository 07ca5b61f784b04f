"""What the forecast report says about its method."""

from types import SimpleNamespace

import pytest

from sample_report import begin
from workbook.analysis.customers import FITTED
from workbook.report import prediction_method


@pytest.mark.parametrize("customers, said", [(FITTED, False), (FITTED + 1, True)])
def test_models_fitted_to_a_part_of_the_customers_are_told(tmp_path, customers, said):
    buying = SimpleNamespace(now=object(), seasonal=True, months=3)
    study = SimpleNamespace(
        part=None, customers=customers, studied=customers, buying=buying, absent=[]
    )
    text = " ".join(prediction_method.assumptions(begin(tmp_path), study))
    assert ("fitted to 100,000 customers" in text) is said
