"""The truth is exactly what the parameters say."""

import numpy as np
import pytest

from layers.simulation.places import SCENES, town
from layers.simulation.rates import KINDS, components, days, expected


@pytest.fixture(scope="module")
def steady(changed, fjordby):
    """Build the expected disorder per day of every support in each period, without season, trend and weekday."""

    def levels(harm_class="disorder", **parameters):
        source = changed(trend_per_year=0.0, season_amplitude=0.0, **parameters)
        whole_week = slice(0, 7), slice(3290, 3297), slice(3570, 3577)  # one Monday to Sunday in each period
        return {
            part.name.rpartition("/")[2]: [part.per_day[week].mean() for week in whole_week]
            for part in components(source, fjordby)
            if part.kind.harm_class == harm_class
        }

    return levels


def test_levels_by_hand(steady):
    """Park 4.0, market 1.0, underpass 0.3 a day; 0.5 moves, 0.2 ends, so 0.15 stays and 0.15 spreads."""
    levels = steady(moved_share=0.5, deterred_share=0.2)
    by_hand = {
        "parken": [4.0, 0.6, 0.6],
        "around-parken": [0.0, 0.6, 0.6],
        "torgkvartalet": [1.0, 3.0, 0.45],
        "around-torgkvartalet": [0.0, 0.0, 0.45],
        "undergangen": [0.3, 0.3, 1.8],
        "elsewhere": [8.0, 8.0, 8.0],
    }
    assert levels.keys() == by_hand.keys()
    for name, expected_levels in by_hand.items():
        assert levels[name] == pytest.approx(expected_levels, rel=1e-12), name


@pytest.mark.parametrize("share", [0.0, 0.37, 0.9])
@pytest.mark.parametrize("harm_class", ["disorder", "violence", "overdose", "use", "litter"])
def test_moved_share_of_each_closure_is_the_parameter(steady, share, harm_class):
    levels = steady(harm_class, moved_share=share, deterred_share=0.1)
    park, market, below = (levels[name] for name in SCENES)
    assert (market[1] - market[0]) / park[0] == pytest.approx(share, abs=1e-12)
    assert (below[2] - below[1]) / market[1] == pytest.approx(share, abs=1e-12)


def test_moved_share_holds_with_season_and_trend_over_matched_years(source, fjordby):
    """Against a control that only follows season and trend, the chain's moved share is (m + s)(b + m a) - b over a."""
    calendar = days(fjordby)
    before = (calendar >= np.datetime64("2014-09-08")) & (calendar < np.datetime64("2015-09-07"))  # nobody knew yet
    after = (calendar >= np.datetime64("2017-09-04")) & (calendar < np.datetime64("2018-09-03"))
    harm = {
        part.name.rpartition("/")[2]: (part.per_day[before].sum(), part.per_day[after].sum())
        for part in components(source, fjordby)
        if part.kind.harm_class == "disorder"
    }
    kappa = harm["elsewhere"][1] / harm["elsewhere"][0]
    gain = sum(harm[name][1] - kappa * harm[name][0] for name in ("torgkvartalet", "undergangen"))
    moved, stays = source.moved_share, (1 - source.moved_share - source.deterred_share) / 2
    park, market, _ = KINDS[0].at_scenes
    by_hand = ((moved + stays) * (market + moved * park) - market) / park
    assert gain / (kappa * harm["parken"][0]) == pytest.approx(by_hand, rel=1e-12)
    assert 0.6 < by_hand < 0.7


def test_nothing_is_lost_but_what_is_deterred(steady):
    levels = steady(moved_share=0.6, deterred_share=0.0)
    assert np.sum(list(levels.values()), axis=0) == pytest.approx([13.3, 13.3, 13.3])
    ended = steady(moved_share=0.0, deterred_share=1.0)
    assert {name: level[2] for name, level in ended.items()} == pytest.approx(
        {"parken": 0, "torgkvartalet": 0, "undergangen": 0.3, "elsewhere": 8.0}
    )


def test_season_peaks_in_summer_and_trend_is_the_yearly_rate(changed, fjordby):
    source = changed(trend_per_year=-0.1, season_amplitude=0.4)
    per_day = next(part for part in components(source, fjordby) if part.name.endswith("elsewhere")).per_day
    weeks = per_day[: len(per_day) // 7 * 7].reshape(-1, 7).mean(axis=1)
    first_year = weeks[:52]
    assert first_year.argmax() in range(43, 47)  # mid-July, counted from September
    assert weeks[261:522].sum() / weeks[:261].sum() == pytest.approx(np.exp(-0.1 * 261 * 7 / 365.25), rel=0.01)


def test_weekday_factors_are_means_of_one():
    for kind in KINDS:
        assert sum(kind.weekdays) == pytest.approx(7)


def test_expected_lists_every_component_on_every_day(source, fjordby):
    parts = components(source, fjordby)
    truth = expected(parts, town(), fjordby)
    assert list(truth.points) == ["component", "x", "y", "weight"]
    assert list(truth.rates) == ["component", "harm_class", "borne_by", "recorded_by", "day", "incidents_per_day"]
    assert truth.points.groupby("component")["weight"].sum().to_numpy() == pytest.approx(1)
    assert truth.rates.groupby("component").size().eq(len(days(fjordby))).all()
    assert set(truth.points["component"]) == set(truth.rates["component"]) == {part.name for part in parts}
    assert (truth.rates["day"].min(), truth.rates["day"].max().isoformat()) == (fjordby.periods[0].start, "2019-09-01")
    assert truth.rates["incidents_per_day"].ge(0).all()
