"""The pages that lead to the reports: one per client and one over all clients."""

from collections import Counter
from types import SimpleNamespace

from markupsafe import Markup

from . import terms
from .brand import ACCENT
from .finding_blocks import line_rows
from .findings import Finding
from .formats import Formats
from .language import Language
from .problem_lines import decisions, lines_of
from .templating import block, environment, finish

__all__ = ["client_index", "outputs_index"]

TOP = 5
NO_BRAND = {"issuer": "", "confidentiality": "", "accent": ACCENT, "logo": ""}


def client_index(data):
    """index.html of one client: the summary's answer, key findings over all themes, then the reports.

    One problem that several themes see stands once; reports that these data do not allow stand last.

    Parameters
    ----------
    data : dict
        client : str, the name readers see.
        language : "en" or "zh". currency : str. as_of : ISO date or "".
        edition : str, optional. simulated : bool, optional.
        brand : dict, optional, from `workbook.report.brand.load_brand`.
        themes : list of dicts in the order readers see: theme; status ("done", "unchanged",
        "skipped" or "failed"); href (relative address of its page, None when there is none; a failed
        theme may still have its last good page); answer (from its parts); why (sentence for the
        reader, for skipped and failed); cell (number of the failing cell, optional).
        findings : list of dicts as in findings.json, any order.
        sibling : {"language", "href"} or None.

    Returns
    -------
    html : str
    """
    language = Language(data["language"])
    fmt = Formats(language, data["currency"])
    voice = SimpleNamespace(t=language.t, tn=language.tn, fmt=fmt, language=language)
    lines = lines_of([Finding(**item) for item in data.get("findings", [])])
    hrefs = {theme["theme"]: theme.get("href") for theme in data["themes"]}
    rows = line_rows(decisions(lines, TOP), voice, hrefs.get)
    as_of = data.get("as_of")
    counts = Counter((line.finding.theme, line.finding.kind) for line in lines)
    themes = [_theme(theme, language, counts) for theme in data["themes"]]
    page = {
        "language": language,
        "head": _head(data, data["client"]),
        "sibling": data.get("sibling"),
        "index": None,
        "period": language.t("to {date}", date=fmt.date(as_of)) if as_of else "",
        "findings": Markup(block("findings", rows=rows, t=language.t)) if rows else "",
        "summary": next((t for t in themes if t["theme"] == "summary" and t["href"]), None),
        "themes": [t for t in themes if t["href"] or t["status"] == "failed"],
        "without": [t for t in themes if not t["href"] and t["status"] != "failed"],
    }
    return finish(page, environment().get_template("client_index.html.j2").render)


def outputs_index(data):
    """outputs/index.html: every client with its themes and their status.

    Parameters
    ----------
    data : dict
        language : "en" or "zh".
        clients : list of dicts: name; folder; as_of (ISO date or ""); href (relative address of its
        index page or None); status ("done" or "failed"); why (for failed); simulated (optional);
        themes (list of dicts as in `client_index`, href relative to outputs/).

    Returns
    -------
    html : str
    """
    language = Language(data["language"])
    fmt = Formats(language, "")
    clients = [
        {
            "href": None,
            "simulated": False,
            **client,
            "period": language.t("to {date}", date=fmt.date(client["as_of"]))
            if client.get("as_of")
            else "",
            "status_word": terms.term(language, terms.STATUSES, client["status"]),
            "why": client.get("why") or "",
            "themes": [_theme(theme, language) for theme in client.get("themes", [])],
        }
        for client in data["clients"]
    ]
    page = {"language": language, "sibling": None, "index": None, "clients": clients}
    page["head"] = _head({}, language.t("All clients"))
    return finish(page, environment().get_template("outputs_index.html.j2").render)


def _head(data, name):
    return {
        "client": name,
        "edition": data.get("edition", ""),
        "simulated": bool(data.get("simulated")),
        "brand": data.get("brand") or NO_BRAND,
    }


def _theme(theme, language, counts=None):
    """A theme as the templates take it; `counts` is {(theme, kind): lines}."""
    t, counts = language.t, counts or {}
    why = theme.get("why") or ""
    if theme["status"] == "failed" and theme.get("cell"):
        why = t("stopped in cell {cell}: {why}", cell=theme["cell"], why=why)
    return {
        "theme": theme["theme"],
        "title": terms.term(language, terms.THEMES, theme["theme"]),
        "href": theme.get("href"),
        "answer": theme.get("answer") or "",
        "status": theme["status"],
        "status_word": terms.term(language, terms.STATUSES, theme["status"]),
        "why": why,
        "tags": _tags(theme["theme"], language, counts),
        "kept": theme["status"] in ("failed", "skipped") and bool(theme.get("href")),
    }


def _tags(theme, language, counts):
    """What a theme raises, as [(words, whether it is an alarm)]."""
    problems, chances = (counts.get((theme, kind), 0) for kind in ("problem", "opportunity"))
    tags = [(language.tn("{n} problem", "{n} problems", problems), True)] if problems else []
    if chances:
        tags.append((language.tn("{n} opportunity", "{n} opportunities", chances), False))
    return tags
