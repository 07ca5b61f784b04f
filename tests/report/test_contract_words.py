"""Every code of the studies of contracts has words, and every word its code."""

import pandas as pd

from workbook.analysis import (
    contracts,
    covariates,
    hazards,
    leaving_forecast,
    leaving_odds,
    proportionality,
    renewals,
    snapshot,
)
from workbook.report import contract_words as words


def test_every_code_has_words_and_no_word_is_left_over():
    designs = {"dates", "snapshot", "snapshot_window_unknown", "outcome_window", "nothing"}
    checks = set(contracts.RULES) | (set(snapshot.RULES) - designs)
    assert set(words.CHECKS) == checks
    assert set(words.DESIGNS) == designs - {"nothing"}
    assert set(words.REFUSED) == set(covariates.RULES)
    assert set(words.RENEWAL_CHECKS) == set(renewals.RULES)
    assert set(words.VERDICTS) == set(proportionality.VERDICTS)
    assert set(words.NOT_JUDGED) == set(leaving_forecast.REASONS)
    fits = set(hazards.MESSAGES) | set(leaving_odds.MESSAGES)
    assert set(words.MESSAGES) == fits - {"no_dates"}


def test_terms_read_as_sentences(sample):
    report = sample()[1]
    rows = pd.DataFrame(
        [
            ("trait_home_type", "flat", "house", 1.0),
            ("measure_calls", None, None, 2.5),
            ("measure_flag", None, None, 1.0),
            ("value", "unknown", None, 1.0),
        ],
        columns=["column", "level", "reference", "step"],
    )
    assert [words.term_name(report, row) for _, row in rows.iterrows()] == [
        "home type: flat against house",
        "calls, higher by 2.5",
        "flag: yes against no",
        "value of the contract: unknown",
    ]
