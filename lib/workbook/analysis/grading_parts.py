"""What follows from the grades: classes, moves, the largest customers, care and resources."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbook.analysis.abc_classes import (
    CLASSES,
    abc_classes,
    abc_shares,
    move_rates,
    moves,
    top_share,
)
from workbook.analysis.account_care import account_care
from workbook.analysis.grading_study import Grading
from workbook.analysis.long_term_value import top_losses
from workbook.analysis.moving_facts import moving_facts
from workbook.analysis.tier_resources import tier_resources
from workbook.analysis.weightings import TIERS, weighting_table

__all__ = ["GradingParts", "parts_of"]


@dataclass(frozen=True)
class GradingParts:
    """What the report asks of graded customers; None or empty where nobody is graded.

    Attributes
    ----------
    grading : grading_study.Grading or None
    facts : DataFrame
        From `moving_facts.moving_facts`.
    classes : numpy.ndarray
        ABC class of each customer.
    abc : DataFrame
        From `abc_classes.abc_shares`.
    top : dict
        From `abc_classes.top_share`.
    losses : DataFrame
        From `long_term_value.top_losses`.
    weightings : DataFrame
        From `weightings.weighting_table`.
    moved, rates : DataFrame or None
        Tiers a year before and now: `abc_classes.moves` and `move_rates`; None without that day.
    abc_moved, abc_rates : DataFrame
        The same of the ABC classes of the last 12 months and the 12 before, by revenue.
    """

    grading: Grading | None
    facts: pd.DataFrame
    classes: np.ndarray
    abc: pd.DataFrame
    top: dict
    losses: pd.DataFrame
    weightings: pd.DataFrame
    moved: pd.DataFrame | None = field(default=None)
    rates: pd.DataFrame | None = field(default=None)
    abc_moved: pd.DataFrame | None = field(default=None)
    abc_rates: pd.DataFrame | None = field(default=None)

    @property
    def key_ids(self) -> list:
        """Customers who are strategic or important."""
        return [] if self.grading is None else self.grading.key["customer_id"].tolist()

    @property
    def sure_strategic(self) -> int:
        """Strategic customers who stay so under at least 90 % of all weightings."""
        table = self.grading.table
        return int(((table["tier"] == "strategic") & (table["sure"] >= 0.90)).sum())

    def care(self, *, cadence_days: dict, kinds=(), confidence=0.95):
        """`account_care.account_care` of the graded customers."""
        if self.grading is None or not self.grading.enough:
            return None
        return account_care(self.grading.table, as_of=self.grading.as_of, cadence_days=cadence_days,
                            kinds=kinds, confidence=confidence)  # fmt: skip

    def resources(self, *, cost_per_visit=0.0, cost_per_ticket=0.0, confidence=0.95):
        """`tier_resources.tier_resources` of the graded customers."""
        if self.grading is None or not self.grading.enough:
            return None
        return tier_resources(self.grading.table, TIERS, cost_per_visit=cost_per_visit,
                              cost_per_ticket=cost_per_ticket, confidence=confidence)  # fmt: skip


def parts_of(
    grading: Grading | None, before: Grading | None, *, a_share=0.80, confidence=0.95
) -> GradingParts:
    """Everything that follows from the grades of two days.

    Parameters
    ----------
    grading : Grading or None
        Of the reporting date.
    before : Grading or None
        Of a year before.
    a_share : float
        Share of the contribution that class A makes.
    """
    if grading is None:
        nobody = pd.DataFrame()
        return GradingParts(None, nobody, np.empty(0, object), abc_shares([]), top_share([]),
                            top_losses(None, {}, []), nobody)  # fmt: skip
    table = grading.table
    money = table["contribution"].to_numpy(float)
    options = {"confidence": confidence}
    b_share = max(0.95, a_share + 0.01)
    classes = abc_classes(money, a=a_share, b=b_share)
    earlier, later = (abc_classes(table[c], a=a_share, b=b_share) for c in ("revenue_before", "revenue"))  # fmt: skip
    old = (table["T_days"] >= 365).to_numpy()  # who came within the year has not risen
    abc_moved = moves(earlier[old], later[old], levels=CLASSES)
    moved = rates = None
    if before is not None and before.enough:
        then = before.table.set_index("customer_id")["tier"].reindex(table["customer_id"])
        both = then.notna().to_numpy()
        moved = moves(then.to_numpy()[both], table["tier"].to_numpy()[both], levels=TIERS)
        rates = move_rates(moved, **options)
    return GradingParts(
        grading,
        moving_facts(table, rules=grading.rules, indicators=grading.indicators),
        classes,
        abc_shares(money, a=a_share, b=b_share, **options),
        top_share(money, **options),
        top_losses(grading.values, grading.models, table["revenue"]),
        weighting_table(grading.points, ("need", "ability", "value", "willingness"),
                        grading.rules.weights, **grading.rules.limits),
        moved,
        rates,
        abc_moved,
        move_rates(abc_moved, **options),
    )  # fmt: skip
