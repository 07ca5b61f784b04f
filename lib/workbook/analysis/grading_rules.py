"""What makes a tier: weights, limits, and how often customers are contacted."""

from dataclasses import dataclass, field

from workbook.analysis.grading_points import FACTORS
from workbook.analysis.weightings import TIERS

__all__ = ["Rules", "cadence_of", "rules_of"]


@dataclass(frozen=True)
class Rules:
    """What makes a tier.

    `weights`: of need, ability, value, willingness; `strategic_from`, `important_from`: points of the
    weighted mean; `weakest`: points the weakest factor of a strategic customer must have; `unknown`:
    points of a factor of which nothing is known; `discount_rate`: per year, for long-term value;
    `scales`: {"nps": (worst, best), "csat": (worst, best)}.
    """

    weights: tuple = (1.0, 1.0, 1.0, 1.0)
    strategic_from: float = 75.0
    important_from: float = 60.0
    weakest: float = 40.0
    unknown: float = 25.0
    discount_rate: float = 0.10
    scales: dict = field(default_factory=dict)

    @property
    def limits(self) -> dict:
        """The limits as `weightings.tier_of` takes them."""
        return {"strategic_from": self.strategic_from, "important_from": self.important_from,
                "weakest": self.weakest}  # fmt: skip


def rules_of(weights, tier_points, *, weakest=40.0, unknown=25.0, scales=None) -> Rules:
    """Rules from what the client chose.

    Parameters
    ----------
    weights : sequence of float
        Four, of need, ability to pay, value, willingness.
    tier_points : sequence of float
        From which points a customer is strategic, and important.
    scales : dict, optional
        As in the client's params: {"nps": [0, 10, "up"], ...}.

    Raises
    ------
    ValueError
        When there are not four weights of 0 and more, or not two limits, the first above the second.
    """
    weights, tier_points = _numbers("weights", weights), _numbers("tier_points", tier_points)
    if len(weights) != len(FACTORS) or min(weights) < 0 or not sum(weights) > 0:
        raise ValueError(
            "weights takes four numbers of 0 and more, not all 0: need, ability, value, willingness"
        )
    if len(tier_points) != 2 or not 0 < tier_points[1] < tier_points[0] <= 100:
        raise ValueError(
            "tier_points takes two numbers up to 100, the first above the second, such as [75, 60]"
        )
    ends = {}
    for name, given in (scales or {}).items():
        low, high, *direction = given
        up = not direction or str(direction[0]) != "down"
        ends[name] = (float(low), float(high)) if up else (float(high), float(low))
    used = {name: ends[name] for name in ("nps", "csat") if name in ends}
    return Rules(tuple(weights), *tier_points,
                 float(weakest), float(unknown), scales=used)  # fmt: skip


def cadence_of(contact_days) -> dict:
    """Days between contacts by tier from what the client chose: strategic, important.

    Raises ValueError when there are not two numbers above 0.
    """
    days = _numbers("contact_days", contact_days)
    if len(days) != 2 or min(days) <= 0:
        raise ValueError("contact_days takes two numbers of days above 0: strategic, important")
    return dict(zip(TIERS, days, strict=False))


def _numbers(name, values):
    """Numbers of a list; those of a params file come as texts."""
    try:
        return [float(value) for value in values]
    except (TypeError, ValueError):
        raise ValueError(f"{name} takes numbers, not {values!r}") from None
