"""What management has to know of all other themes: lines, gaps and figures gathered once."""

from dataclasses import dataclass, field

from .problem_lines import Line, decisions, lines_of

__all__ = ["Briefing", "brief", "earlier_run"]


@dataclass(frozen=True)
class Briefing:
    """The other themes' results as the summary tells them.

    Attributes
    ----------
    results : workbook.report.results.Results
    lines : list of Line
        Every finding of every theme, one problem in one line, in the order in which readers see them.
    top : list of Line
        The few on top: those that call for a decision.
    """

    results: object
    lines: list[Line] = field(default_factory=list)
    top: list[Line] = field(default_factory=list)

    @property
    def problems(self):
        """Lines that are problems."""
        return [line for line in self.lines if line.finding.kind == "problem"]

    @property
    def chances(self):
        """Lines that are opportunities."""
        return [line for line in self.lines if line.finding.kind == "opportunity"]

    @property
    def decided(self):
        """Lines that call for a decision: problems, then opportunities, then losses."""
        return decisions(self.lines)

    @property
    def planned(self):
        """Lines with an action, those that call for a decision first."""
        asked = [*self.decided, *self.lines]
        once = {line.finding.finding_id: line for line in reversed(asked)}
        order = dict.fromkeys(line.finding.finding_id for line in asked)
        return [once[name] for name in order if once[name].finding.action]

    @property
    def told(self):
        """Themes that have left a report, in the order in which readers see them."""
        return [name for name in self.results.themes if self.results.dated(name) is not None]

    @property
    def silent(self):
        """Themes of this project that were to run and have left none."""
        return [
            name
            for name in self.results.themes
            if self.results.status(name) in ("skipped", "failed") and name not in self.told
        ]


def brief(report, *, most=5):
    """Gather what the other themes have left.

    Parameters
    ----------
    report : workbook.report.document.Report
    most : int
        Lines on top.

    Returns
    -------
    Briefing
    """
    lines = lines_of(report.results.findings())
    return Briefing(report.results, lines, decisions(lines, most))


def earlier_run(report):
    """The client's last run before this reporting date, or None."""
    runs = report.earlier_runs()
    return runs[0] if runs else None
