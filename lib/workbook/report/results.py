"""What the other themes of this client's run have left: findings, records, status, pages."""

import json
from dataclasses import fields
from datetime import date
from pathlib import Path

from . import terms
from .findings import Finding, rank_across_themes

__all__ = ["Results"]

_KEYS = {item.name for item in fields(Finding)}


class Results:
    """The last known results of all other themes; `workbook.report.document.Report` gives one.

    In a run this is the folder being built, where a theme's results stand as soon as it has ended;
    in JupyterLab it is what the client's last run for the same day published. A theme that failed
    keeps what its last good report left.

    Parameters
    ----------
    folder : Path
        Holds run.json, record.json, findings.json and the pages; it may be missing.
    theme : str
        The theme that asks: its own results are left out.
    language : workbook.report.language.Language
        The page's.
    own_language : str
        The client's, in which themes run first.
    """

    def __init__(self, folder, *, theme, language, own_language):
        self.folder, self._theme = Path(folder), theme
        self._language, self._own = language, own_language
        self._entries = _read(self.folder / "run.json", {}).get("themes", {})
        self._records = _read(self.folder / "record.json", {})
        self._findings = None

    @classmethod
    def of(cls, report):
        """The results beside a report that is being made."""
        return cls(
            report.run.results_of(report.client.folder, report.as_of or report.tables.as_of),
            theme=report.theme,
            language=report.language,
            own_language=report.client.language,
        )

    @property
    def entries(self):
        """What run.json says of each theme: status, hashes, seconds."""
        return dict(self._entries)

    @property
    def themes(self):
        """Names of all themes but this one: those that readers know, then others that have run."""
        return [
            name
            for name in dict.fromkeys([*terms.THEMES, *self._entries, *self._records])
            if name != self._theme
        ]

    def findings(self, kind=None, theme=None):
        """Findings in this page's language, in the order in which readers see them.

        A theme that has not run in this language gives those of the client's own.

        Parameters
        ----------
        kind : {"problem", "opportunity", "fact"}, optional
        theme : str, optional

        Returns
        -------
        list of workbook.report.findings.Finding
        """
        if self._findings is None:
            self._findings = rank_across_themes(self._load_findings())
        return [
            item
            for item in self._findings
            if kind in (None, item.kind) and theme in (None, item.theme)
        ]

    def record(self, theme):
        """The theme's recorded numbers by name; empty when it has left none."""
        return dict(self._records.get(theme, {})) if theme != self._theme else {}

    def status(self, theme):
        """How the theme's last run ended: "done", "skipped", "failed", or "absent" without one."""
        return self._entry(theme).get("status") or "absent"

    def why(self, theme):
        """Why the theme was skipped or failed, as a sentence in the page's language; or empty."""
        needs = self.needs(theme)
        if needs and self.status(theme) == "skipped":
            told = self._language
            listed = told.t(", ").join(name.replace("|", told.t(" or ")) for name in needs)
            return told.t("not possible: needs {tables}", tables=listed)
        return self._entry(theme).get("why") or ""

    def needs(self, theme):
        """Tables and columns whose absence made the theme impossible; "one|another" is a choice."""
        return list(self._entry(theme).get("needs") or [])

    def answer(self, theme):
        """The theme's answer, the sentence under its title; or empty."""
        return self._entry(theme).get("answer") or ""

    def page(self, theme):
        """File name of the theme's page in this page's language; None when it is not there."""
        code = self._language.code
        name = f"{theme}.html" if code == self._own else f"{theme}.{code}.html"
        there = theme != self._theme and (self.folder / name).is_file()
        return name if there else None

    def dated(self, theme):
        """The day on which the report that now stands was made; None without one."""
        made = self._entry(theme).get("report_of")
        return date.fromisoformat(made[:10]) if made else None

    def _entry(self, theme):
        """What run.json says of a theme, in this language or else in the client's own."""
        own = self._entries.get(theme, {}) if theme != self._theme else {}
        other = own.get("languages", {}).get(self._language.code, {})
        return own if self._language.code == self._own else other or own

    def _load_findings(self):
        own = _read(self.folder / "findings.json", [])
        if self._language.code == self._own:
            return self._readable(own)
        here = _read(self.folder / f"findings.{self._language.code}.json", [])
        ran = {
            name
            for name, entry in self._entries.items()
            if entry.get("languages", {}).get(self._language.code, {}).get("report_of")
        }
        missing = [claim for claim in own if claim["theme"] not in ran]
        return self._readable([*here, *missing])

    def _readable(self, claims):
        """Findings of other themes; keys of another release of the library are left out."""
        found = {}
        for claim in claims:
            if claim["theme"] != self._theme:
                known = {name: value for name, value in claim.items() if name in _KEYS}
                found.setdefault(claim["finding_id"], Finding(**known))
        return list(found.values())


def _read(path, missing):
    """Content of a JSON file, or `missing` when it is not there or cut short."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return missing
    return content if isinstance(content, type(missing)) else missing
