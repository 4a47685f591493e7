"""Charts: figures stand where the axis says, gaps are seen as gaps."""

import itertools
import re
from datetime import date

import pytest

from layers.products.drawing import charts

LOOK = charts.Look("Source Sans Pro", "#222222", "#8a8a8a", "#e3e3e3", "#dddddd", "#555555", "#a3006a")


def test_an_axis_holds_zero_and_every_finite_figure():
    axis = charts.axis_over([4.0, 8.0, float("inf")], width_pt=100)
    assert axis.low == pytest.approx(-0.4) and axis.high == pytest.approx(8.4)
    assert axis.at(-0.4) == pytest.approx(6) and axis.at(8.4) == pytest.approx(94)
    assert axis.at(float("inf")) == axis.at(8.4)


def test_an_axis_without_figures_still_has_a_width():
    assert charts.axis_over([], width_pt=100).at(0) == 50


def test_ticks_are_round_and_hold_zero():
    assert charts.axis_over([-12.1, 3.4], width_pt=132).ticks() == [-10, -5, 0]
    assert charts.axis_over([0.9], width_pt=132).ticks() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


def test_a_strip_shows_estimate_interval_band_and_truth():
    axis = charts.Axis(-10, 10, 112)  # five points to a unit, zero at 56
    strip = charts.interval_strip(axis, LOOK, estimate=4, interval=(2, 6), band=1, truth=5)
    assert 'cx="76.0"' in strip
    assert "M66.0 6.5H86.0" in strip
    assert "M51.0 0H61.0" in strip
    assert LOOK.truth in strip
    assert LOOK.truth not in charts.interval_strip(axis, LOOK, estimate=4, interval=None, band=None, truth=None)


def test_an_unbounded_interval_ends_in_an_arrow():
    axis = charts.Axis(-10, 10, 112)
    bounded = charts.interval_strip(axis, LOOK, estimate=0, interval=(-10, 10), band=None, truth=None)
    unbounded = charts.interval_strip(axis, LOOK, estimate=0, interval=(-10, float("inf")), band=None, truth=None)
    assert bounded != unbounded and "M102.0 3.5L106.0 6.5L102.0 9.5" in unbounded


def test_a_withheld_period_is_dotted_at_zero_and_breaks_the_line():
    days = [date(2020, 1, 1), date(2021, 1, 1), date(2022, 1, 1), date(2023, 1, 1)]
    levels = ((days[0], days[1], 1.0), (days[1], days[2], None), (days[2], days[3], 2.0))
    run = charts.Run("A", "#1b6f6a", levels)
    drawn = charts.level_lines(charts.Levels((run,), (0, 2), ("0", "2")), LOOK, size_pt=(460, 124))
    solid, dotted = re.findall(r'<path d="([^"]*)"[^>]*stroke="#1b6f6a"', drawn)
    assert solid.count("M") == 2 and "V" not in solid
    assert dotted.count("M") == 1 and " 108.0H" in dotted  # the baseline


def test_signs_at_the_end_of_equal_lines_stand_apart():
    span = (date(2020, 1, 1), date(2021, 1, 1))
    runs = tuple(charts.Run(sign, "#1b6f6a", ((*span, 1.0),)) for sign in "ABC")
    drawn = charts.level_lines(charts.Levels(runs, (0, 1), ("0", "1")), LOOK, size_pt=(400, 120))
    heights = sorted(float(y) for y in re.findall(r'<circle cx="[\d.]+" cy="([\d.]+)" r="5"', drawn))
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 10


def test_measures_stand_over_their_days_and_neighbours_on_two_lines():
    run = charts.Run("A", "#1b6f6a", ((date(2020, 1, 1), date(2024, 12, 30), 1.0),))  # 1825 days on 400 points
    days = [date(2019, 1, 1), date(2020, 1, 1), date(2020, 1, 20), date(2021, 1, 1)]
    dated = tuple((day, str(number)) for number, day in enumerate(days))
    drawn = charts.level_lines(charts.Levels((run,), (0, 1), ("0", "1"), dated), LOOK, size_pt=(460, 124))
    numbers = re.findall(r'<text x="([\d.]+)" y="([\d.]+)" font-size="6.5" font-weight="600"[^>]*>(\d)<', drawn)
    assert numbers == [("44.0", "21.5", "1"), ("48.2", "12.5", "2"), ("124.2", "21.5", "3")]  # 2019 is before the chart


def test_bars_are_in_proportion():
    drawn = charts.share_bars([("x", 0.2, 0.4, "20 %", "40 %")], LOOK, width_pt=230, label_pt=96)
    light, dark = (float(w) for w in re.findall(r"M96[.0]* [\d.]+h([\d.]+)v9", drawn))
    assert dark == 2 * light == 100


def test_a_fall_goes_to_the_left_of_zero():
    drawn = charts.signed_bars([("up", 3, "+3"), ("down", -3, "−3")], LOOK, width_pt=230)
    (zero_up, up), (zero_down, down) = re.findall(r"M([\d.]+) [\d.]+H([\d.]+)v11", drawn)
    assert zero_up == zero_down and float(down) < float(zero_up) < float(up)
    assert float(up) - float(zero_up) == pytest.approx(float(zero_up) - float(down), abs=0.15)
