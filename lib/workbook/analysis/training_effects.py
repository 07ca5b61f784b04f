"""Training of staff, and of customers: outcomes before and after, against those without."""

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd
from scipy.stats import t

from workbook.analysis.agent_funnel import MIX, agent_hits
from workbook.analysis.blocks import in_part
from workbook.analysis.matching import Matched, matched_difference
from workbook.analysis.purchase_points import purchase_points, strata_of

__all__ = ["StaffTraining", "answers_after", "staff_training"]

FEWEST_AGENTS = 5
FEWEST = 10  # tickets of an agent in each window
SUPPORT_DAYS = 90  # before an answer in which a ticket counts as support used
TRAINED_DAYS = 365


@dataclass(frozen=True)
class StaffTraining:
    """Agents after their training against agents without one in the same days.

    `difference` (low, high): change of the share of bad outcomes of the trained less that of the
    others; `before`: the same for the two windows before the training, where nothing should show;
    `agents` trained, `others`, `tickets`, `measure`, `window_days`.
    """

    measure: str
    difference: float
    low: float
    high: float
    before: float | None
    before_low: float | None
    before_high: float | None
    agents: int
    others: int
    tickets: int
    window_days: int


def staff_training(
    tickets: pd.DataFrame, staff: pd.DataFrame, measure: str, *, window_days=90, confidence=0.95
) -> StaffTraining | None:
    """Quality of trained agents before and after, against agents not trained then.

    Parameters
    ----------
    tickets : pandas.DataFrame
        As `tickets.encoded_tickets` gives them.
    staff : pandas.DataFrame
        staff_id (as agent), trained_on.
    measure : str
        Of `agent_funnel.MEASURES`.
    window_days : int
        Days before and after a training.

    Returns
    -------
    StaffTraining or None
        None with fewer than 5 trained agents who had 10 tickets on either side.

    Notes
    -----
    Each training has its own comparison with agents not trained from two windows before to one
    after it (stacked group-time differences: Callaway, Sant'Anna 2021); agents weigh alike, t
    interval over agents. Tickets are taken as excess over the share usual for their mix.
    """
    hits = agent_hits(tickets, measure)
    known = (hits.notna() & tickets["agent"].notna()).to_numpy()
    rows = tickets[known].assign(hit=hits[known].astype(float))
    trained = staff.dropna(subset=["trained_on"]).astype({"staff_id": str})
    trained = trained.sort_values("trained_on").drop_duplicates("staff_id", keep="last")
    if rows.empty or trained.empty:
        return None
    mix = [rows[column].cat.codes for column in MIX if rows[column].notna().any()]
    usual = rows.groupby(mix)["hit"].transform("mean") if mix else rows["hit"].mean()
    excess, day_of = rows["hit"] - usual, rows["day"].to_numpy()
    who, agents = pd.factorize(rows["agent"].astype(str))
    on = pd.to_datetime(trained["trained_on"]).to_numpy().astype("datetime64[D]").astype(int)
    days = dict(zip(trained["staff_id"], on, strict=True))
    own = np.array([days.get(agent, np.nan) for agent in agents])
    effects, earlier, used, others = [], [], 0, set()
    for agent, day in days.items():
        calm = np.isnan(own) | (own < day - 2 * window_days) | (own > day + window_days)
        mine, rest = (chosen[who] for chosen in (agents == agent, calm & (agents != agent)))
        windows = (day_of - day) // window_days  # -2, -1, 0 are compared
        one, other = _means(excess, mine, windows), _means(excess, rest, windows)
        if min(one[-1][1], one[0][1], other[-1][1], other[0][1]) < FEWEST:
            continue
        effects.append((one[0][0] - one[-1][0]) - (other[0][0] - other[-1][0]))
        if min(one[-2][1], other[-2][1]) >= FEWEST:
            earlier.append((one[-1][0] - one[-2][0]) - (other[-1][0] - other[-2][0]))
        used += one[-1][1] + one[0][1]
        others |= set(np.unique(who[rest & (windows == 0)]))
    if len(effects) < FEWEST_AGENTS:
        return None
    mean, low, high = _t_interval(effects, confidence)
    before = _t_interval(earlier, confidence) if len(earlier) >= FEWEST_AGENTS else (None,) * 3
    return StaffTraining(
        measure, mean, low, high, *before, len(effects), len(others), used, window_days
    )


def _means(excess, mask, windows):
    found = {}
    for window in (-2, -1, 0):
        part = excess[mask & (windows == window)]
        found[window] = (float(part.mean()) if len(part) else np.nan, len(part))
    return found


def _t_interval(values, confidence):
    values = np.asarray(values, float)
    half = t.ppf(0.5 + confidence / 2, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean()), float(values.mean() - half), float(values.mean() + half)


def answers_after(
    surveys: ir.Table,
    days: ir.Table,
    use: ir.Table,
    *,
    within_days: int,
    as_of: date,
    part: float = 1.0,
    confidence=0.95,
) -> Matched | None:
    """Satisfaction of customers who had used something, against customers alike who had not.

    Parameters
    ----------
    surveys : ibis.Table
        answered_on, customer_id, csat; touchpoint where there is one.
    days : ibis.Table
        From `lifecycle.purchase_days`.
    use : ibis.Table
        customer_id, at: when support or training was used.
    within_days : int
        Use counts so many days before an answer.
    part : float
        Share of the customers whose answers are read, chosen by a hash of their ids.

    Returns
    -------
    Matched or None
        On csat, in its own points; None with too few answers.

    Notes
    -----
    Answers are compared within the same touchpoint: what is said after a ticket is not the
    relationship. Who uses support had something to ask: a lower score is no fault of the support.
    """
    answers = surveys.filter(surveys.csat.notnull() & surveys.customer_id.notnull())
    point = answers["touchpoint"] if "touchpoint" in answers.columns else ibis.null("string")
    answers = answers.select(
        "customer_id", at=answers.answered_on.cast("timestamp"), csat=answers.csat.cast("float64"),
        touchpoint=point.fill_null(""),
    )  # fmt: skip
    used = use.select("customer_id", used_at=use["at"].cast("timestamp"))
    if part < 1:
        answers, used = (rows.filter(in_part(rows.customer_id, part)) for rows in (answers, used))
    table, used = answers.order_by(["customer_id", "at"]).to_pandas(), used.order_by("used_at")
    used = used.to_pandas()
    if table.empty or used.empty:
        return None
    for frame, name in ((table, "at"), (used, "used_at")):
        frame[name] = pd.to_datetime(frame[name]).astype("datetime64[ns]")
        frame["customer_id"] = frame["customer_id"].astype(object)
    table = pd.merge_asof(
        table.sort_values("at", kind="stable"), used.dropna(), left_on="at", right_on="used_at",
        by="customer_id",
    )  # fmt: skip
    since = (table["at"] - table["used_at"]).dt.total_seconds() / 86_400
    points = table.drop(columns="used_at").assign(first=(since <= within_days).to_numpy())
    points = purchase_points(days, points, follow_days=1)
    return matched_difference(
        points["csat"], points["first"].to_numpy(bool), strata_of(points, more=("touchpoint",)),
        pd.factorize(points["customer_id"])[0], confidence=confidence,
    )  # fmt: skip
