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
    money = [line for line in briefing.top if line.finding.money_low and line.finding.money_low > 0]
    if money:
        first = money[0].finding
        said.append(
            t(
                "Most is safely at stake under {theme}: at least {low} a year, most likely {money}.",
                theme=terms.term(report.language, terms.THEMES, first.theme),
                low=report.fmt.money(first.money_low),
                money=report.fmt.money(first.money_per_year),
            )
        )
    elif briefing.top:
        said.append(t("No amount of money is safely at stake."))
    if briefing.silent:
        said.append(
            tn(
                "One theme could not be looked at.",
                "{n} themes could not be looked at.",
                len(briefing.silent),
            )
        )
    return said


def briefing_figures(report, briefing):
    """Problems, opportunities, the largest stake, reports made and forecasts kept."""
    t, fmt = report.t, report.fmt
    figures = [
        (
            t("Problems established"),
            fmt.count(len(briefing.problems)),
            t("each beyond chance, seen in several themes counted once"),
        ),
        (t("Opportunities"), fmt.count(len(briefing.chances)), t("named by the themes")),
    ]
    money = [line.finding for line in briefing.top if line.finding.money_per_year is not None]
    if money:
        first = money[0]
        known = first.money_low is not None and first.money_high is not None
        figures.append(
            (
                t("Largest stake per year"),
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
