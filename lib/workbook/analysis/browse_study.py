"""Everything the behaviour report asks of events: visits, journeys and talk, as the tables carry it."""

from dataclasses import dataclass
from datetime import date

import ibis.expr.types as ir
import pandas as pd

from workbook.analysis import (
    browsing,
    change_points,
    interactions,
    journeys,
    pain_points,
    path_comparison,
    sessions,
    weekly_series,
)
from workbook.analysis.group_survival import holm

__all__ = ["Browsing", "JourneyStudy", "Talk", "browsing_of", "journeys_of", "shifts_of", "talk_of"]

GAPS = (10.0, 30.0, 60.0)


@dataclass(frozen=True)
class Browsing:
    """Visits to the site or app.

    `basis`, `events`, `unknown`, `part` as in `sessions.Stream`; `counts` at several gaps; `chosen`: the
    row of the chosen gap (None without a session); `visits`: the sessions; `pages`, `interest`,
    `by_segment` as the functions of `browsing` give them.
    """

    basis: str
    events: int
    unknown: int
    counts: pd.DataFrame
    chosen: pd.Series | None
    visits: ir.Table
    pages: pd.DataFrame
    interest: pd.DataFrame
    by_segment: pd.DataFrame
    part: float = 1.0


@dataclass(frozen=True)
class JourneyStudy:
    """Journeys: `journeys`, `matrix`, `pain`, and two comparisons of paths: `won` against lost, and
    `segments` of the two largest segments, named in `pair` (None with fewer than two)."""

    journeys: journeys.Journeys
    matrix: pd.DataFrame
    pain: pd.DataFrame
    won: pd.DataFrame
    segments: pd.DataFrame | None
    pair: tuple | None


@dataclass(frozen=True)
class Talk:
    """Interaction: `kinds` by segment, `buying` afterwards (no rows without purchases)."""

    kinds: pd.DataFrame
    buying: pd.DataFrame


def browsing_of(tables, segments, *, as_of: date, gap_minutes: float, confidence=0.95):
    """`Browsing` of the tables; None without the table events, or when nobody browses in it.

    `segments`: DataFrame customer_id, segment, or None.
    """
    if "events" not in tables:
        return None
    events = tables["events"]
    orders = tables["orders"] if tables.has("orders") else None
    stream = sessions.browsing_stream(events, orders)
    if stream.events == stream.unknown:
        return None
    gaps = sorted({*GAPS, float(gap_minutes)})
    tables_by_gap = sessions.sessions_by_gap(stream, gaps=gaps)
    counts = sessions.session_counts(stream, tables_by_gap, confidence=confidence)
    visits = tables_by_gap[float(gap_minutes)]
    mine = counts[counts["gap"] == gap_minutes]
    if segments is None:
        segments = pd.DataFrame({"customer_id": [], "segment": []}, dtype=object)
    return Browsing(
        stream.basis, stream.events, stream.unknown, counts,
        mine.iloc[0] if len(mine) else None, visits,
        browsing.popular_pages(events, as_of=as_of, part=stream.part),
        browsing.viewed_products(events, orders, as_of=as_of, part=stream.part),
        browsing.browsing_by_segment(
            visits, segments, as_of=as_of, part=stream.part, confidence=confidence
        ),
        stream.part,
    )  # fmt: skip


def journeys_of(tables, segments, *, as_of: date, silence_days: int, confidence=0.95):
    """`JourneyStudy` of the tables; None without events of anybody known."""
    if "events" not in tables:
        return None
    orders = tables["orders"] if tables.has("orders") else None
    found = journeys.journey_steps(tables["events"], orders, as_of=as_of, silence_days=silence_days)
    if found is None:
        return None
    paths = path_comparison.first_paths(found)
    won = path_comparison.path_differences(paths, "won", within="length", confidence=confidence)
    between, pair = None, None
    if segments is not None and len(segments):
        paths["segment"] = paths["customer_id"].map(segments.set_index("customer_id")["segment"])
        sizes = paths["segment"].value_counts()
        pair = tuple(sorted(sizes.index, key=lambda name: (-sizes[name], str(name)))[:2])
        if len(pair) == 2:
            kept = paths[paths["segment"].isin(pair)]
            kept = kept.assign(first=kept["segment"] == pair[0])
            between = path_comparison.path_differences(kept, "first", confidence=confidence)
        else:
            pair = None
    pain = pain_points.pain_points(found, confidence=confidence)
    return JourneyStudy(found, pain_points.step_matrix(found), pain, won, between, pair)


def talk_of(tables, segments, days, *, as_of: date, confidence=0.95):
    """`Talk` of the tables events and visits; None where neither names a customer who was in touch."""
    events = tables["events"] if tables.has("events") else None
    visits = tables["visits"] if tables.has("visits") else None
    found = interactions.interactions(events, visits)
    if found is None or segments is None or not len(segments):
        return None
    found = found.cache()
    kinds = interactions.interaction_kinds(found, segments, as_of=as_of)
    if not len(kinds):
        return None
    buying = pd.DataFrame()
    if days is not None:
        buying = interactions.channels_and_buying(found, days, as_of=as_of, confidence=confidence)
    return Talk(kinds, buying)


def shifts_of(tables, purchases, browsed, *, as_of: date, level: float = 0.002) -> dict:
    """Weekly series and their shifts.

    Returns
    -------
    dict
        {name: (series, shifts)}; name is "buying", "amount", "conversion", or ("channel", its name) for
        the share of a channel in the purchases. Series that can't be made are left out.

    Notes
    -----
    `level` is the chance that any of the series raises a shift when none has one: those are kept whose
    smallest p passes Holm over the series.
    """
    series = {}
    if purchases is not None:
        series["buying"] = weekly_series.buying_series(purchases.days, as_of=as_of)
        if purchases.valued:
            series["amount"] = weekly_series.amount_series(purchases.days, as_of=as_of)
    if browsed is not None and browsed.basis != "none":
        series["conversion"] = weekly_series.conversion_series(browsed.visits, as_of=as_of)
    if tables.has("orders", "channel"):
        shares = weekly_series.share_series(tables["orders"], column="channel", as_of=as_of)
        series |= {("channel", name): found for name, found in shares.items()}
    series = {name: weekly_series.without_seasons(found) for name, found in series.items()}
    series = {name: found for name, found in series.items() if len(found.weeks) >= 24}
    shifts = {
        name: change_points.change_points(found, level=level) for name, found in series.items()
    }
    least = [shifts[name]["p"].min() if len(shifts[name]) else 1.0 for name in series]
    kept = dict(zip(series, holm(least) < level, strict=True)) if series else {}
    return {
        name: (found, shifts[name] if kept[name] else shifts[name].iloc[:0])
        for name, found in series.items()
    }
