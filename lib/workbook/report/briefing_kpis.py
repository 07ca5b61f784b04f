"""Key figures of all themes with their interval, and how they moved since an earlier run."""

from dataclasses import dataclass

from .briefing_words import COMPANY, KPIS
from .finding_blocks import evidence_link
from .service_words import hours
from .templating import block

__all__ = ["Standing", "company_rows", "show_company", "show_kpis", "standings"]


@dataclass(frozen=True)
class Standing:
    """A key figure as it stands: its value, interval and n, and what it was before."""

    kpi: object
    value: float
    low: float | None = None
    high: float | None = None
    n: int | None = None
    before: float | None = None
    before_low: float | None = None
    before_high: float | None = None

    @property
    def change(self):
        """What it differs by from before, or None."""
        return None if self.before is None else self.value - self.before

    @property
    def clear(self):
        """Whether both intervals lie apart; None where one of them is not known."""
        ends = (self.low, self.high, self.before_low, self.before_high)
        if self.before is None or None in ends:
            return None
        return self.low > self.before_high or self.high < self.before_low


def standings(briefing, earlier=None):
    """Key figures that the themes have recorded, in the order of `briefing_words.KPIS`.

    Those that `company_rows` tells are left out.

    The interval is the record's own (``<name>_low``, ``<name>_high``), else that of the theme's
    finding on the same number.

    Parameters
    ----------
    briefing : workbook.report.briefing.Briefing
    earlier : object, optional
        An earlier run with ``record`` ({theme: {name: value}}) and ``findings``.

    Returns
    -------
    list of Standing
    """
    found, shown = [], {row["kpi"] for row in company_rows(briefing.results)}
    for kpi in KPIS:
        if kpi.name in shown:
            continue
        now = _told(kpi, briefing.results.record(kpi.theme), briefing.results.findings())
        if now is None:
            continue
        before = None
        if earlier is not None:
            before = _told(kpi, earlier.record.get(kpi.theme, {}), earlier.findings)
        value, low, high, n = now
        was = before[:3] if before else (None, None, None)
        found.append(Standing(kpi, value, low, high, n, *was))
    return found


def _told(kpi, record, findings):
    """(value, low, high, n) of a key figure, or None where it is not known."""
    value = record.get(kpi.name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    low, high, n = record.get(f"{kpi.name}_low"), record.get(f"{kpi.name}_high"), None
    for item in findings:
        same = item.theme == kpi.theme and item.metric == (kpi.metric or kpi.name)
        if same and not item.where and item.value is not None:
            if abs(item.value - value) > 1e-6 * max(1.0, abs(value)):
                continue
            low = item.low if low is None else low
            high = item.high if high is None else high
            n = item.n
    if low is None or high is None or not low <= value <= high:
        low = high = None
    return value, low, high, n


def show_kpis(report, briefing, standing, earlier=None):
    """The table of key figures, or a sentence where no theme has recorded one."""
    t, fmt = report.t, report.fmt
    if not standing:
        report.text(t("No theme has recorded a key figure yet."))
        return
    heads = [t("Key figure"), t("Value"), t("95 % interval"), t("n")]
    heads += [t("Since {date}", date=fmt.date(earlier.as_of))] if earlier is not None else []
    rows = []
    for item in standing:
        form = _form(report, item.kpi.form)
        known = item.low is not None
        row = [
            evidence_link(report, briefing.results.page, item.kpi.theme, text=t(item.kpi.label)),
            form(item.value),
            fmt.interval(item.low, item.high, form) if known and item.low < item.high else "–",
            fmt.count(item.n),
        ]
        row += [_direction(report, item, form)] if earlier is not None else []
        rows.append(row)
    kinds = ["txt long", "num", "num", "num", *(["txt"] if earlier is not None else [])]
    caption = t("As the themes record them; each name leads to its theme")
    report.table(block("table", heads=heads, rows=rows, kinds=kinds, caption=caption))
    report.text(
        t(
            "A direction is called clear where the intervals of both runs lie apart; what may as well be "
            "chance is called unclear."
        )
        if earlier is not None
        else t("No earlier run is there to tell a direction from.")
    )


def company_rows(results):
    """The company's key figures against the year before, as problem_identification records them.

    Returns
    -------
    list of dict
        kpi, value, change, low, high, form ("mean" where the change is a difference, else a share of the
        value before), worse (1 where more is worse, -1 where less is), attained (share of the target).
    """
    told = results.record("problem_identification").get("kpis") or []
    own = {"cac"} if results.record("acquisition").get("cac") is not None else set()
    known = COMPANY.keys() - own  # a theme of its own knows it better
    return [row for row in told if row.get("kpi") in known and row.get("value") is not None]


def show_company(report, results):
    """The company's key figures with their change on the year before; nothing where none is recorded."""
    t, fmt = report.t, report.fmt
    rows = []
    for row in company_rows(results):
        label, form = COMPANY[row["kpi"]]
        shown = _change_form(report, row, form)
        known = row.get("low") is not None and row.get("high") is not None
        rows.append(
            [
                evidence_link(report, results.page, "problem_identification", text=t(label)),
                _form(report, form)(row["value"]),
                shown(row.get("change")),
                fmt.interval(row["low"], row["high"], shown) if known else "–",
                _verdict(report, row) if known else "–",
                fmt.percent(row["attained"]) if (row.get("attained") or 0) > 0 else "–",
            ]
        )
    if not rows:
        return
    heads = [
        t("Key figure"), t("Last 12 months"), t("Change on the year before"), t("95 % interval"),
        t("Direction"), t("Target attained"),
    ]  # fmt: skip
    kinds = ["txt long", "num", "num", "num", "txt", "num"]
    caption = t("The company against the year before")
    report.table(block("table", heads=heads, rows=rows, kinds=kinds, caption=caption))


def _change_form(report, row, form):
    """How a change is written: as a share of the value before, or in the figure's own unit."""
    fmt = report.fmt
    if row.get("form") != "mean":
        return fmt.percent
    return fmt.points if form == "percent" else lambda value: fmt.number(value, 2)


def _verdict(report, row):
    """Better, worse or unclear, by whether the interval of the change holds none."""
    t = report.t
    if row["low"] <= 0 <= row["high"]:
        return t("unclear")
    if not row.get("worse"):
        return t("clear")
    return t("clearly worse") if row["low"] * row["worse"] > 0 else t("clearly better")


def _direction(report, item, form):
    """How a key figure moved: up or down, better or worse, clear or not."""
    t = report.t
    if item.change is None:
        return "–"
    if item.change == 0:
        return t("unchanged")
    by = form(abs(item.change))
    said = t("▲ {change}", change=by) if item.change > 0 else t("▼ {change}", change=by)
    if not item.clear:
        return said + t(", ") + (t("unclear") if item.clear is False else t("no interval"))
    if not item.kpi.better:
        return said + t(", ") + t("clear")
    good = (item.change > 0) == (item.kpi.better == "more")
    return said + t(", ") + (t("clearly better") if good else t("clearly worse"))


def _form(report, form):
    fmt = report.fmt
    forms = {
        "count": fmt.count,
        "percent": fmt.percent,
        "number": fmt.number,
        "ratio": lambda value: fmt.number(value, 2),
        "money": fmt.money,
        "months": lambda value: (
            fmt.months(value, 1) if value else report.t("with the first purchase")
        ),
        "days": fmt.days,
        "hours": lambda value: hours(report, value),
    }
    return forms[form]
