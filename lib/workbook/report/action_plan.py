"""The action plan: measure, department, person, date, expected effect, resources, evidence."""

from dataclasses import dataclass
from pathlib import Path

from markupsafe import Markup

from workbook.intake.action_ledger import read_actions
from workbook.intake.errors import InputError

from .briefing_words import department_of
from .finding_blocks import evidence_link
from .templating import block

__all__ = ["Step", "actions", "plan_steps"]


@dataclass(frozen=True)
class Step:
    """One measure of the plan; what people have put into the ledger goes before what is proposed."""

    finding: object
    department: str | None
    person: str | None
    due: object
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    cost: float | None
    status: str | None

    @property
    def budget(self):
        """What the measure may cost in a year and still pay at the effect's lower limit, or None."""
        return self.effect_low if self.effect_low and self.effect_low > 0 else None


def plan_steps(report, briefing, *, planned_share, most=10):
    """Measures in the order of their findings, problems and opportunities first.

    Parameters
    ----------
    report : workbook.report.document.Report
    briefing : workbook.report.briefing.Briefing
    planned_share : float
        Share of the money at stake that a measure is planned to win.
    most : int
        Measures in the plan.

    Returns
    -------
    list of Step
        ``effect`` is planned_share times the finding's money per year, its interval alike (80 %);
        None where the finding names no money.
    """
    ledger = _taken_up(report)
    steps, told = [], set()
    for line in briefing.planned:
        item = line.finding
        if item.action in told:  # one measure that several findings ask for
            continue
        told.add(item.action)
        entry = ledger.get(item.finding_id)
        money = (item.money_per_year, item.money_low, item.money_high)
        effect, low, high = (None if part is None else planned_share * part for part in money)
        steps.append(
            Step(
                finding=item,
                department=(entry and entry.department) or department_of(report, item.owner),
                person=(entry and entry.owner) or item.owner,
                due=(entry and entry.due_on) or item.review_on,
                effect=effect,
                effect_low=low,
                effect_high=high,
                cost=entry and entry.cost,
                status=entry and entry.status,
            )
        )
    return steps[:most]


def _taken_up(report):
    """{finding_id: Action} of the ledger that people edit, those still to be done."""
    try:
        ledger = read_actions(Path(report.run.data_dir) / report.client.folder)
    except InputError:  # monitoring says what can't be read
        return {}
    return {
        action.finding_id: action for action in ledger if action.status in ("accepted", "running")
    }


def actions(report, briefing, steps, *, planned_share):
    """Show the plan as a table, with what its columns rest on."""
    t, fmt = report.t, report.fmt
    if not steps:
        report.text(t("No finding calls for an action."))
        return
    heads = [
        t("Measure to take"), t("Department"), t("Person responsible"), t("To be done by"), t("Expected effect"),
        t("Resources needed"),
    ]  # fmt: skip
    rows = [
        [
            _measure(report, briefing, number, step),
            step.department or t("to be named"),
            step.person or t("to be named"),
            fmt.date(step.due) if step.due else t("to be settled"),
            _effect(report, step),
            _resources(report, step),
        ]
        for number, step in enumerate(steps, start=1)
    ]
    kinds = ["txt long", *["txt"] * (len(heads) - 1)]
    report.table(block("table", heads=heads, rows=rows, kinds=kinds))
    report.text(
        t(
            "Expected effect: {share} of the money at stake, an assumption for planning (parameter "
            "planned_share); what a measure really brings only a comparison with a control group shows. "
            "Resources: what may be spent in a year so that the measure pays even at the lower limit.",
            share=fmt.percent(planned_share, 0),
        )
        + t(" Where nobody has been entered yet, the role stands for the person.")
    )


def _measure(report, briefing, number, step):
    """The measure with its number, and below it the way to its evidence."""
    finding = step.finding
    link = evidence_link(report, briefing.results.page, finding.theme, finding.finding_id)
    return Markup('{}. {} <span class="who">{}</span>').format(number, finding.action, link)


def _effect(report, step):
    t, fmt = report.t, report.fmt
    if step.effect is None:
        return t("not known in money; to be measured")
    if step.effect_low is None or step.effect_high is None:
        return t("about {money} a year", money=fmt.money(step.effect))
    return t(
        "{money} a year ({interval}, 80 %)",
        money=fmt.money(step.effect),
        interval=fmt.interval(step.effect_low, step.effect_high, fmt.money),
    )


def _resources(report, step):
    t, fmt = report.t, report.fmt
    if step.cost is not None:
        return t("{cost} for each customer", cost=fmt.money(step.cost))
    if step.budget is not None:
        return t("at most {money} a year", money=fmt.money(step.budget))
    return t("working time only; begin with a small trial")
