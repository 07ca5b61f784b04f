"""What the summary says about its figures, its method and its limits."""

__all__ = ["assumptions", "definitions"]


def definitions(report, *, planned_share):
    """Rows of the table of definitions."""
    t, fmt = report.t, report.fmt
    run, all_themes = t("this run"), t("findings of all themes")
    return [
        (t("Problem established"), t("findings that differ from before by more than chance"),
         t("all that was tested, under one error budget of 1 % for the run"), run, all_themes),
        (t("Money at stake per year"), t("money of the finding, with its 80 % interval"),
         t("one year; basis as the finding names it"), run, all_themes),
        (t("Expected effect"), t("{share} of the money at stake", share=fmt.percent(planned_share, 0)),
         t("one year"), run, t("parameter planned_share")),
        (t("Forecasts that came true"), t("forecasts whose interval holds what happened"),
         t("forecasts of earlier runs that have fallen due"), t("all earlier runs"), t("monitoring")),
        (t("Direction"), t("value now less value then"), t("clear: 95 % intervals lie apart"),
         t("since the last earlier run"), t("records of all themes")),
    ]  # fmt: skip


def assumptions(report):
    """Assumptions and limits, in the order a reader needs them."""
    t = report.t
    return [
        t("This page calculates nothing from customers' data: it tells what the other reports have recorded."),
        t("Problems stand first, then opportunities, then losses that name an action; within each by the lower end of the 80 % interval of the money per year. The stronger evidence breaks ties."),
        t("Findings of several themes count as one problem when their measures, places and starts agree, or when they began at the same place within 45 days of each other."),
        t("Amounts of different findings may count the same customers; nothing is added up over them."),
        t("The evidence of a finding is descriptive, diagnostic, predictive or causal; only the last tells what an action brings."),
    ]  # fmt: skip
