"""What a run leaves behind, made up: findings, records and states of themes in a folder."""

import json

from workbook.report.findings import finding, rank_findings

MADE = "2026-01-05T08:00:00+00:00"


def claim(theme, metric, money=None, kind="fact", statement="It is so.", **more):
    """A finding of a theme; the money's 80 % interval runs from half of it to twice."""
    given = {"rung": "descriptive", "kind": kind}
    if money is not None:
        given |= {"money_per_year": money, "money_low": money / 2, "money_high": money * 2}
        given |= {"money_basis": "revenue", "money_kind": "expected_loss"}
    made = finding(metric=metric, statement=statement, **given | more)
    return rank_findings([made], theme)[0]


def entry(status="done", **more):
    """What run.json says of a theme."""
    return {"status": status, "why": None, "needs": [], "report_of": MADE} | more


def leave(folder, findings=(), *, records=None, themes=None, language=""):
    """Write them as a run does; every theme that has a report gets a page. Returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    findings = [item.as_dict() for item in findings]
    named = [item["theme"] for item in findings]
    themes = {name: entry() for name in dict.fromkeys([*named, *(records or {})])} | (themes or {})
    suffix = f".{language}" if language else ""
    (folder / f"findings{suffix}.json").write_text(json.dumps(findings), encoding="utf-8")
    (folder / "record.json").write_text(json.dumps(records or {}), encoding="utf-8")
    (folder / "run.json").write_text(json.dumps({"themes": themes}), encoding="utf-8")
    for name, told in themes.items():
        if told["report_of"] and told["status"] != "skipped":
            (folder / f"{name}{suffix}.html").write_text("page")
    return folder
