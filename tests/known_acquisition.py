"""What the acquisition analyses say of simulated companies, beside what is true of them."""

import datetime as dt

import numpy as np
import pandas as pd

from known_service import Books, hits
from workbook.analysis import channel_value
from workbook.analysis.acquisition_study import open_acquisition
from workbook.intake.company.expected import expected_revenue, population
from workbook.intake.company.firm import simulated_company
from workbook.intake.company.parameters import DAYS, PARAMETERS
from workbook.intake.company.problems import Problem, Problems
from workbook.intake.company.truth import truth_of

__all__ = ["alarms", "estimates", "hits", "planted", "planted_truth"]

TABLES = ("customers", "orders", "leads", "spend", "deals", "deal_stages")
CHANNELS = PARAMETERS["channels"]
KEPT = ("customer_id", "type", "channel", "lead_on", "joined_on")


def study_of(made):
    """The acquisition study of a simulated company."""
    frames = {name: frame for name, frame in made.tables.items() if len(frame)}
    frames["customers"] = frames["customers"][list(KEPT)]
    return open_acquisition(Books(frames))


def company(seed, customers, problems=None):
    planted = None if problems is None else Problems(problems, even=True)
    return simulated_company(customers, seed=seed, problems=planted, only=TABLES)


def first_years(kind=None):
    """{channel: expected revenue of the first year of a new customer}, of one type or of all."""
    people = population()
    first = people.assign(start=float(DAYS - 366), member_from=np.inf)
    money = pd.Series(expected_revenue(first, DAYS - 366, DAYS), people.index)
    weight = (
        people["weight"] if kind is None else people["weight"].where(people["type"] == kind, 0.0)
    )
    sums = (money * weight).groupby(people["acquired_by"]).sum()
    return (sums / weight.groupby(people["acquired_by"]).sum()).to_dict()


def estimates(seed, customers, confidence=0.9):
    """{name: (low, high, truth)} of one company without problems."""
    study = study_of(company(seed, customers))
    level = {"confidence": confidence}
    code = {name.lower(): code for code, name in zip(CHANNELS, _names(), strict=True)}
    found = {}
    costs = study.costs(**level)
    for row in costs[costs["row"] == "channel"].itertuples():
        # those who never buy cost too, so that a buyer costs more
        truth = CHANNELS[code[row.channel]]["cac"] / (1 - PARAMETERS["without_order"])
        found[f"cost of {code[row.channel]}"] = (row.low, row.high, truth)
    conversion = study.conversion(**level)
    for row in conversion[conversion["channel"].notna() & conversion["ever"].notna()].itertuples():
        truth = CHANNELS[code[row.channel]]["conversion"]
        found[f"leads of {code[row.channel]}"] = (row.ever_low, row.ever_high, truth)
    values = channel_value.channel_values(study.year, value="revenue", **level)
    for kind, name in ((None, "customers"), ("consumer", "consumers")):
        truth = first_years(kind)
        here = values["type"].isna() if kind is None else values["type"] == kind
        for row in values[here & values["channel"].notna() & values["low"].notna()].itertuples():
            known = (row.low, row.high, truth[code[row.channel]])
            found[f"first year of {name} of {code[row.channel]}"] = known
    return found


def _names():
    """Channels in the order of the parameters, as the English tables write them."""
    return [name.replace("_", " ") for name in CHANNELS]


def alarms(seed, customers):
    """Problems that the report would raise in a company without any."""
    problems = study_of(company(seed, customers)).problems(within_days=30)
    return problems.found.loc[problems.found["found"], "detector"].tolist()


def rise(channel="search_ads", start=dt.date(2025, 1, 1), size=1.7):
    words = {"channel": channel.replace("_", " ").capitalize()}
    return Problem("P", "cac_rise", {"channel": channel}, words, start, size)


def planted(seed, customers, **options):
    """(rises found, truth of the problem) in a company with one dearer channel."""
    made = company(seed, customers, [rise(**options)])
    return study_of(made).problems(within_days=30).rises, planted_truth(made)


def planted_truth(made):
    """What is true of the one planted problem: money per year, start."""
    return truth_of(made)["problems"][0]
