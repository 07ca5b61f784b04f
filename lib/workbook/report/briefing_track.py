"""The workbook's own track record: past forecasts and models against what then happened."""

from workbook.analysis.intervals import wilson

from .briefing_answer import track_numbers
from .finding_blocks import evidence_link
from .templating import block

__all__ = ["show_track"]

LEVEL = 0.9  # of the intervals that forecasts leave


def show_track(report, results):
    """Forecasts of earlier runs that fell due, and the checks of this run's models."""
    t, fmt = report.t, report.fmt
    scored, hit = track_numbers(results)
    if scored:
        low, high = wilson(hit, scored)
        kept = fmt.interval(low, high, fmt.percent)
        verdict = (
            t("fewer than the 90 % they promise: take intervals of forecasts as too narrow")
            if high < LEVEL
            else t("as many as the 90 % they promise allow")
        )
        report.text(
            t(
                "Of {n} forecasts of earlier runs that have fallen due, {hit} lay inside their interval "
                "({share}, {interval}): {verdict}.",
                n=fmt.count(scored),
                hit=fmt.count(hit),
                share=fmt.percent(hit / scored),
                interval=kept,
                verdict=verdict,
            )
        )
    else:
        report.text(
            t(
                "No forecast of an earlier run has fallen due yet: the track record begins with the next run."
            )
        )
    rows = _checks(report, results)
    if rows:
        heads = [t("Model"), t("Measure"), t("Result"), t("Compared with"), t("Evidence in")]
        kinds = ["txt", "txt", "num", "num", "txt"]
        report.table(block("table", heads=heads, rows=rows, kinds=kinds))


def _checks(report, results):
    """Rows of models checked on months kept back: [model, measure, result, compared, evidence]."""
    t, fmt = report.t, report.fmt
    value, chance, leaving = (results.record(n) for n in ("clv", "prediction", "churn"))
    rows = _of_monitoring(report, results)
    if None not in (value.get("holdout_actual"), value.get("holdout_predicted")):
        rows.append(
            [
                t("Customer value (BG/NBD)"),
                t("purchases in the months kept back"),
                fmt.count(value["holdout_predicted"]),
                fmt.count(value["holdout_actual"]),
                evidence_link(report, results.page, "clv"),
            ]
        )
    if None not in (chance.get("brier"), chance.get("brier_baseline")):
        rows.append(
            [
                t("Next purchase"),
                t("Brier score, lower is better"),
                fmt.number(chance["brier"], 4),
                fmt.number(chance["brier_baseline"], 4),
                evidence_link(report, results.page, "prediction"),
            ]
        )
    if chance.get("auc") is not None:
        rows.append(
            [
                t("Next purchase"),
                t("AUC: share of pairs ranked rightly"),
                fmt.number(chance["auc"], 3),
                fmt.number(0.5, 3),
                evidence_link(report, results.page, "prediction"),
            ]
        )
    if leaving.get("concordance") is not None:
        rows.append(
            [
                t("Who leaves a contract"),
                t("Concordance: share of pairs ranked rightly"),
                fmt.number(leaving["concordance"], 3),
                fmt.number(0.5, 3),
                evidence_link(report, results.page, "churn"),
            ]
        )
    return rows


def _of_monitoring(report, results):
    """Rows of forecasts and actions that monitoring has judged."""
    t, fmt = report.t, report.fmt
    link = evidence_link(report, results.page, "monitoring")
    rows = []
    scored, hit = track_numbers(results)
    if scored:
        rows.append(
            [
                t("Forecasts of earlier runs"),
                t("share inside their interval"),
                fmt.percent(hit / scored),
                fmt.percent(LEVEL),
                link,
            ]
        )
    told = results.record("monitoring")
    judged, better, worse = (told.get(f"actions_{n}") for n in ("judged", "better", "worse"))
    if judged and better is not None and worse is not None:
        rows.append(
            [
                t("Actions judged"),
                t("better than their comparison, beyond chance"),
                t("{n} of {all}", n=fmt.count(better), all=fmt.count(judged)),
                t("worse: {n}", n=fmt.count(worse)),
                link,
            ]
        )
    return rows
