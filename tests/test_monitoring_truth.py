"""Actions of whole simulated companies: their effects lie in the intervals as often as these say.

`bench/companies.py` counts the same on 40 companies.
"""

from scipy.stats import binom

import known_monitoring as known
from known_service import hits

SEEDS = range(8)


def test_effects_of_actions_lie_in_nine_of_ten_intervals():
    inside, draws = hits(known.estimates(seed, known.LEAST) for seed in SEEDS)
    assert len(draws) == 3 and draws.sum() == 3 * len(SEEDS)
    low, high = binom.ppf([0.0005, 0.9995], draws.sum(), 0.9)
    assert low <= inside.sum() <= high, inside.to_dict()


def test_sound_companies_raise_no_harm():
    assert [known.alarms(seed, known.LEAST) for seed in (100, 101)] == [[], []]
