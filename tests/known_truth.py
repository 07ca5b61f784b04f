"""How many of a number of draws must lie in their interval when the interval is right."""

from scipy.stats import binom


def hit_bounds(draws, confidence=0.9, error=0.0005):
    """Fewest and most hits of ``draws`` that chance allows (exact binomial, two-sided)."""
    low = int(binom.ppf(error / 2, draws, confidence))
    high = int(binom.isf(error / 2, draws, confidence))
    return low, min(high, draws)
