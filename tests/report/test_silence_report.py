"""The half of the churn report on customers without a contract: words from finished results."""

import html
import re
from types import SimpleNamespace

import pytest

from sample_report import begin
from silent_world import base_of, buyers
from workbook.analysis import experiment, inactivity, leaving_study, silence_study
from workbook.report import (
    at_risk_figures,
    experiment_figures,
    leaver_figures,
    signal_figures,
    silence_figures,
    silence_findings,
    silence_method,
)

AS_OF, SILENT = 700, 100
REVIEW = "2024-03-31"


def study(histories, *, as_of_day=AS_OF, **more):
    """Every result of the study by name, as the notebook has them."""
    return results(base_of(histories, as_of_day=as_of_day, **more))


def results(base):
    found = silence_study.judged(base, silent_days=SILENT, capacity=100)
    losses = leaving_study.losses(
        base, found, silent_days=SILENT, horizon_months=12, capacity=100, save_rate=0.1,
        contact_cost=0.0,
    )  # fmt: skip
    strip = silence_study.inactivity_strip(base, back_days=SILENT)
    return SimpleNamespace(
        base=base, found=found, losses=losses, strip=strip,
        alive=silence_study.alive_today(base), times=silence_study.next_purchases(base),
        verdicts=None if strip is None else inactivity.strip_verdicts(strip),
        signals=silence_study.signals(base, found, silent_days=SILENT),
        leavers=leaving_study.leavers(base, found),
        trial=experiment.list_experiment(losses, save_rate=0.1),
    )  # fmt: skip


@pytest.fixture(scope="module")
def usual():
    return study(buyers(2500, days=AS_OF, seed=7), orphans=40)


SECTIONS = {
    "alive": lambda r, s: silence_figures.show_alive(r, s.alive),
    "next": lambda r, s: silence_figures.show_next_purchase(r, s.times),
    "strip": lambda r, s: silence_figures.show_strip(r, s.strip, s.verdicts, back_days=SILENT),
    "signals": lambda r, s: signal_figures.show_signals(r, s.found, s.signals, silent_days=SILENT),
    "check": lambda r, s: at_risk_figures.show_check(r, s.found, silent_days=SILENT),
    "at_risk": lambda r, s: at_risk_figures.show_at_risk(
        r, s.found, s.losses, capacity=100, save_rate=0.1, contact_cost=0.0, horizon_months=12,
        silent_days=SILENT,
    ),
    "close": lambda r, s: experiment_figures.show_closeness(r, s.losses),
    "trial": lambda r, s: experiment_figures.show_experiment(r, s.trial, silent_days=SILENT),
    "groups": lambda r, s: leaver_figures.show_groups(r, s.found, s.leavers, silent_days=SILENT),
    "won_back": lambda r, s: leaver_figures.show_won_back(
        r, s.found, s.leavers, silent_days=SILENT
    ),
}  # fmt: skip


class Page:
    """A report that keeps what it shows, by section."""

    def __init__(self, tmp_path, found, language="en"):
        self.blocks = []
        self.report = begin(tmp_path, language, show=lambda kind, text, **_: self.blocks.append((kind, text)))  # fmt: skip
        if found.base is not None:
            self.report.__dict__["tables"] = found.base.tables
        else:
            self.report.__dict__["tables"] = {}
        self.found = found

    def section(self, name):
        self.blocks.clear()
        SECTIONS[name](self.report, self.found)
        return [(kind, _plain(text)) for kind, text in self.blocks]

    def text(self, name):
        return " ".join(text for _, text in self.section(name))


def _plain(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", str(text)))).strip()


def findings_of(report, s):
    return [
        silence_findings.loss_finding(report, s.found, s.losses, horizon_months=12, review_on=REVIEW),
        silence_findings.signal_finding(report, s.found, s.signals, silent_days=SILENT, review_on=REVIEW),
        silence_findings.alive_finding(report, s.alive),
        silence_findings.strip_finding(report, s.strip, s.verdicts),
        silence_findings.return_finding(report, s.leavers, silent_days=SILENT),
    ]  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_section_speaks_in_both_languages(tmp_path, usual, language):
    page = Page(tmp_path, usual, language)
    report = page.report
    for name in SECTIONS:
        assert page.text(name), name
    leaver_figures.show_traits(report, usual.leavers)
    report.answer(silence_findings.answer_sentence(report, usual.alive, usual.losses, horizon_months=12))  # fmt: skip
    figures = silence_findings.key_figures(
        report, usual.alive, usual.strip, usual.losses, usual.signals
    )
    assert 3 <= len(figures) <= 4
    report.findings(findings_of(report, usual))
    assert len(report.parts["findings"]) >= 4
    report.definitions(silence_method.definitions(report, silent_days=SILENT, horizon_months=12))
    silence_method.assumptions(report, usual.base, usual.found, usual.losses, silent_days=SILENT)
    assert not report.language.untranslated


def test_one_time_buyers_and_why_not_the_usual_model(tmp_path, usual):
    text = Page(tmp_path, usual).text("alive")
    assert "BG/NBD, the usual model, lets nobody stop before the second purchase" in text
    assert f"{usual.alive['once']:,} who bought once" in text


def test_the_strip_says_what_is_fragile(tmp_path, usual):
    text = Page(tmp_path, usual).text("strip")
    assert f"as {len(usual.strip)} definitions have it" in text
    assert text.count("The answer is") == 3


def test_nothing_claims_that_a_contact_keeps_anybody(tmp_path, usual):
    page = Page(tmp_path, usual)
    assert "nothing in these data shows that a contact keeps anybody" in page.text("at_risk")
    text = page.text("trial")
    assert "An experiment can" in text
    assert "Left alone" in text
    rungs = {item.rung for item in findings_of(page.report, usual) if item is not None}
    assert rungs <= {"predictive", "descriptive"}


def test_a_ranking_that_loses_is_called_so(tmp_path, usual):
    from dataclasses import replace

    worse = replace(usual.found.check, advantage={"difference": -0.1, "low": -0.2, "high": 0.0},
                    rival="past_spend")  # fmt: skip
    found = replace(usual.found, check=worse)
    page = Page(tmp_path, SimpleNamespace(**vars(usual) | {"found": found}))
    text = page.text("at_risk")
    assert "Do not use the ranking by money at stake" in text
    finding = silence_findings.loss_finding(page.report, found, usual.losses, horizon_months=12, review_on=REVIEW)  # fmt: skip
    assert "not ranked by the model" in finding.action


def test_missing_tables_are_named(tmp_path, usual):
    page = Page(tmp_path, usual)
    assert "needs the table events or visits" in page.text("signals")
    assert "needs the table surveys" in page.text("signals")
    groups = page.text("groups")
    assert "needs the table customers" in groups
    assert "40 order lines name no customer" in groups


def test_without_orders_each_section_is_one_sentence(tmp_path):
    class NoOrders:
        as_of = None

        def __contains__(self, name):
            return False

    nothing = results(silence_study.buying_base(NoOrders(), None))
    page = Page(tmp_path, nothing)
    for name in SECTIONS:
        blocks = page.section(name)
        assert [kind for kind, _ in blocks] == ["text"], name
        assert blocks[0][1].count(".") == 1, name
        assert "needs the table orders" in blocks[0][1], name
    assert not any(findings_of(page.report, nothing))
    assert set(silence_method.record_numbers(nothing.alive, nothing.losses).values()) == {None}
    assert silence_method.definitions(page.report, silent_days=9, horizon_months=12) == []
    assert silence_method.assumptions(page.report, None, None, None, silent_days=9) == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(
    ("histories", "day"),
    [({"a": [0]}, 0), ({"a": [0]}, 900), ({f"c{n}": [n] for n in range(300)}, 700)],
    ids=["one row", "one customer", "nobody twice"],
)
def test_thin_data_get_sentences(tmp_path, histories, day, language):
    found = study(histories, as_of_day=day)
    page = Page(tmp_path, found, language)
    for name in SECTIONS:
        assert page.text(name), name
    if language == "en":
        assert "not enough data" in page.text("alive")
    answer = silence_findings.answer_sentence(page.report, found.alive, found.losses, horizon_months=12)  # fmt: skip
    assert str(answer)
    assert silence_findings.key_figures(page.report, found.alive, found.strip, found.losses, found.signals)  # fmt: skip
    assert not page.report.language.untranslated
    numbers = silence_method.record_numbers(found.alive, found.losses)
    assert set(numbers.values()) == {None}


def test_orders_without_amounts_have_no_money(tmp_path):
    from silent_world import OrderTables
    from workbook.analysis.customers import customer_summary

    base = base_of(buyers(1500, days=AS_OF, seed=3), as_of_day=AS_OF)
    orders = base.tables.orders.mutate(amount=0.0)
    tables = OrderTables(orders, base.as_of)
    free = results(
        silence_study.buying_base(
            tables, lambda: customer_summary(orders, as_of=base.as_of).execute()
        )
    )
    page = Page(tmp_path, free)
    assert "the orders carry no amounts" in page.text("at_risk")
    assert "the orders carry no amounts" in page.text("signals")
    assert "$" not in page.text("close")
    numbers = silence_method.record_numbers(free.alive, free.losses)
    assert numbers["expected_loss"] is numbers["at_risk_customers"] is None
    assert numbers["expected_alive"] > 0


def test_record_numbers_hold_together(usual):
    numbers = silence_method.record_numbers(usual.alive, usual.losses)
    assert numbers["expected_loss_low"] <= numbers["expected_loss"] <= numbers["expected_loss_high"]
    assert numbers["at_risk_customers"] == 100
    assert 0 < numbers["expected_alive"] < 2500
