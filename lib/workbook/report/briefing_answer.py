"""The summary's answer in a few sentences, and its key figures."""

from . import terms

__all__ = ["briefing_answer", "briefing_figures", "track_numbers"]


def briefing_answer(report, briefing):
    """What is established, what is most safely at stake, and what could not be looked at."""
    t, tn = report.t, report.tn
    if not briefing.told:
        return [
            t(
                "No other theme has left a report yet: run them, then this page tells what to decide."
            )
        ]
    said = [
        tn("One problem is established.", "{n} problems are established.", len(briefing.problems))
        if briefing.problems
        else t("No problem is established: nothing differs from before by more than chance.")
    ]
    for kind in ("problem", "opportunity"):
        first = next((x.finding for x in briefing.decided if x.finding.kind == kind), None)
        if first is not None:
            said += _largest(report, first)
    if briefing.silent:
        said.append(
            tn(
                "One theme could not be looked at.",
                "{n} themes could not be looked at.",
                len(briefing.silent),
            )
        )
    return said


def _largest(report, item):
    """The problem or opportunity that leads, with what is at stake."""
    t, fmt = report.t, report.fmt
    sure = item.money_low is not None and item.money_low > 0
    if item.kind == "problem":
        said = [t("The largest: {statement}", statement=item.statement)]
        if sure:
            said.append(
                t(
                    "At stake: about {money} a year (80 % interval {interval}).",
                    money=fmt.money(item.money_per_year),
                    interval=fmt.interval(item.money_low, item.money_high, fmt.money),
                )
            )
        return said
    theme = terms.term(report.language, terms.THEMES, item.theme)
    if not sure:
        return [t("No opportunity has an amount that is clearly above zero.")]
    said = t(
        "The largest opportunity ({theme}): about {money} a year (80 % interval {interval}).",
        theme=theme,
        money=fmt.money(item.money_per_year),
        interval=fmt.interval(item.money_low, item.money_high, fmt.money),
    )
    return [said]


def briefing_figures(report, briefing):
    """Problems, opportunities, the largest stake, reports made and forecasts kept."""
    t, fmt = report.t, report.fmt
    figures = [
        (
            t("Problems established"),
            fmt.count(len(briefing.problems)),
            t("each beyond chance; counted once even if several reports show it"),
        ),
        (t("Opportunities"), fmt.count(len(briefing.chances)), t("named by the themes")),
    ]
    money = [x.finding for x in briefing.decided if x.finding.money_per_year is not None]
    for kind, label in (
        ("problem", t("Largest problem, per year")),
        ("opportunity", t("Largest opportunity, per year")),
    ):
        first = next((item for item in money if item.kind == kind), None)
        if first is None:
            continue
        known = first.money_low is not None and first.money_high is not None
        figures.append(
            (
                label,
                fmt.money(first.money_per_year),
                fmt.interval(first.money_low, first.money_high, fmt.money)
                if known
                else t("no interval known"),
            )
        )
    figures.append(
        (
            t("Reports made"),
            fmt.count(len(briefing.told)),
            t("of {n} themes", n=fmt.count(len(briefing.told) + len(briefing.silent))),
        )
    )
    scored, hit = track_numbers(briefing.results)
    if scored:
        figures.append(
            (
                t("Forecasts that came true"),
                fmt.percent(hit / scored, 0),
                t("{hit} of {n} inside their interval", hit=fmt.count(hit), n=fmt.count(scored)),
            )
        )
    return figures


def track_numbers(results):
    """Past forecasts that have fallen due, and how many of them lay inside their interval."""
    record = results.record("monitoring")
    scored, hit = record.get("forecasts_scored"), record.get("intervals_hit")
    if not scored or hit is None:
        return 0, 0
    return int(scored), int(hit)
