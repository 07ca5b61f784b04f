"""run.json, record.json and findings.json: what is known of a client's last run."""

import json
import platform
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from importlib import metadata

from workbook.batch.folder import put
from workbook.report.findings import Finding, rank_across_themes

__all__ = [
    "Outcome",
    "entry_of",
    "finding_file",
    "load_run",
    "now",
    "page_name",
    "put_json",
    "read_json",
    "versions",
    "write_records",
]

PACKAGES = (
    *("customer-workbook", "papermill", "nbconvert", "ipykernel", "pandas", "duckdb"),
    *("ibis-framework", "scipy", "scikit-learn", "lifelines", "matplotlib", "seaborn"),
)


@dataclass
class Outcome:
    """How a theme ended: `status` done, skipped or failed.

    `cell` says where it failed, `needs` what it lacked. Of a theme that is done, `parts` is what its
    report left and `sibling` the language that its page links to.
    """

    status: str
    why: str | None = None
    cell: dict | None = None
    seconds: float | None = None
    peak_memory_mb: float | None = None
    needs: list[str] = field(default_factory=list)
    sibling: str | None = None
    parts: dict = field(default_factory=dict)
    notebook: object = None


def read_json(path, missing):
    """Content of a JSON file, or `missing` when it is not there or cut short."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return missing


def load_run(folder):
    """What run.json in `folder` says, with the keys that a first run needs."""
    return {"ledger": [], "themes": {}} | read_json(folder / "run.json", {})


def entry_of(run, theme, language, own_language):
    """What run.json says of a theme in a language; empty where it hasn't run in it."""
    own = run["themes"].get(theme, {})
    return own if language == own_language else own.get("languages", {}).get(language, {})


def page_name(theme, language, own_language):
    """`clv.html` in the client's language, `clv.zh.html` in the other one."""
    return f"{theme}.html" if language == own_language else f"{theme}.{language}.html"


def finding_file(language, own_language):
    """`findings.json`, or `findings.zh.json` for the other language."""
    return "findings.json" if language == own_language else f"findings.{language}.json"


@cache
def versions():
    """{package: version} of what makes the reports."""
    return {"python": platform.python_version()} | {p: metadata.version(p) for p in PACKAGES}


def now():
    """The time as ISO text with its zone, to the second."""
    return datetime.now().astimezone().isoformat(timespec="seconds")


def write_records(staging, parts, own_language, order):
    """Put the results of themes into record.json, findings.json and forecasts.json; other themes
    keep theirs.

    Parameters
    ----------
    staging : Path
    parts : dict
        {(theme, language): what the notebook left}.
    own_language : str
        The client's: only its runs give record.json and forecasts.json.
    order : list of str
        Themes that still exist.
    """
    record = read_json(staging / "record.json", {})
    record |= {t: part["record"] for (t, lang), part in parts.items() if lang == own_language}
    put_json(staging / "record.json", {theme: record[theme] for theme in order if theme in record})
    _write_forecasts(staging, parts, own_language, order)
    for language in {own_language, *(language for _, language in parts)}:
        path = staging / finding_file(language, own_language)
        found = {}
        for finding in read_json(path, []):
            found.setdefault(finding["theme"], []).append(finding)
        found |= {
            theme: part["findings"] for (theme, lang), part in parts.items() if lang == language
        }
        findings = [Finding(**claim) for theme in order for claim in found.get(theme, [])]
        put_json(path, [claim.as_dict() for claim in rank_across_themes(findings)])


def _write_forecasts(staging, parts, own_language, order):
    path = staging / "forecasts.json"
    made = {}
    for row in read_json(path, []):
        made.setdefault(row["theme"], []).append(row)
    for (theme, language), part in parts.items():
        if language == own_language:
            made[theme] = [{"theme": theme, **row} for row in part.get("forecasts", [])]
    rows = [row for theme in order for row in made.get(theme, [])]
    if rows or path.is_file():
        put_json(path, rows)


def put_json(path, content):
    """Write `content` as readable JSON."""
    put(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
