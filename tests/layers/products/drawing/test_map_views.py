"""Maps of a release: what is drawn, what is hidden, which classes; the stamp inside every frame."""

from dataclasses import replace
from datetime import date
from xml.etree import ElementTree

import geopandas as gpd
import numpy as np
import pytest

from layers.products.drawing import map_views
from layers.style import density_breaks
from tests.example_release import example_release, example_style

RELEASE, STYLE = example_release(), example_style()
BREAKS = density_breaks(RELEASE.surfaces, "violence_public")


def _ground(release=RELEASE) -> map_views.Ground:
    return map_views.ground(release, STYLE, map_views.focus_bounds(release), size_pt=(330, 240))


def test_fifths_by_rank():
    rank = np.array([0.0, 0.2, 0.21, 0.8, 0.81, 1.0, np.nan])
    assert map_views.fifth_of(rank).tolist() == [1, 1, 2, 4, 5, 5, 0]


def test_edges_of_change_are_round():
    assert map_views.change_edges(np.array([3.0, -570.0])) == (200.0, 100.0)
    assert map_views.change_edges(np.zeros(3)) == (2.0, 1.0)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (date(2012, 1, 1), date(2014, 8, 25), []),
        (date(2014, 8, 25), date(2014, 9, 1), ["Z1"]),
        (date(2014, 8, 25), date(2015, 6, 1), ["Z1", "Z2"]),
        (date(2017, 6, 1), date(2018, 1, 1), ["Z2"]),
    ],
)
def test_zones_in_force_follow_half_open_days(start, end, expected):
    assert map_views.in_force(RELEASE.zones, start, end)["zone_id"].tolist() == expected


def test_the_focus_holds_every_scene_with_air():
    west, south, east, north = map_views.focus_bounds(RELEASE)
    bounds = RELEASE.scenes.total_bounds
    assert (
        west <= bounds[0] - 1000
        and south <= bounds[1] - 1000
        and east >= bounds[2] + 1000
        and north >= bounds[3] + 1000
    )


def test_every_class_that_is_reached_is_drawn_and_withheld_ground_is_hatched():
    drawn = "".join(_ground().density(RELEASE.surfaces[0], BREAKS).layers)
    assert all(f'fill="{colour}"' in drawn for colour in STYLE.density)
    assert f'fill="{STYLE.masked}"' in drawn
    shown = replace(RELEASE.surfaces[0], masked=np.zeros_like(RELEASE.surfaces[0].masked))
    assert f'fill="{STYLE.masked}"' not in "".join(_ground().density(shown, BREAKS).layers)


def test_a_class_that_is_not_reached_is_not_drawn():
    low = replace(RELEASE.surfaces[0], values=np.minimum(RELEASE.surfaces[0].values, BREAKS[-1] - 1))
    assert f'fill="{STYLE.density[-1]}"' not in "".join(_ground().density(low, BREAKS).layers)


def test_change_falls_in_one_place_and_rises_in_another():
    view, edges = _ground().change(RELEASE.surfaces[0], RELEASE.surfaces[2])
    drawn = "".join(view.layers)
    assert all(f'fill="{colour}"' in drawn for colour in (*STYLE.change[:2], *STYLE.change[3:]))
    assert edges[0] < edges[1]


def test_the_same_period_twice_shows_no_change():
    view, _ = _ground().change(RELEASE.surfaces[0], RELEASE.surfaces[0])
    assert not any(f'fill="{colour}"' in "".join(view.layers) for colour in (*STYLE.change[:2], *STYLE.change[3:]))


@pytest.mark.parametrize("named", [True, False])
@pytest.mark.parametrize("language", ["nb", "en"])
def test_the_stamp_stands_inside_the_frame_of_simulated_maps_only(language, named):
    view = _ground().districts()
    words = {"nb": "SIMULERT", "en": "SIMULATED"}[language]
    stamped = ElementTree.fromstring(view.svg(STYLE, language, stamped=RELEASE.stamp, named=named))
    assert words in [element.text for element in stamped.iter()]
    assert words not in view.svg(STYLE, language, stamped=None, named=named)


def test_names_follow_the_language_and_signs_stand_alone_on_small_maps():
    view = _ground().districts()
    assert ">Parken<" in view.svg(STYLE, "nb", stamped=None, named=True)
    assert ">The park<" in view.svg(STYLE, "en", stamped=None, named=True)
    small = view.svg(STYLE, "en", stamped=None, named=False)
    assert "The park" not in small and ">A<" in small


def test_a_city_without_streets_water_or_zones_is_drawn():
    bare = replace(RELEASE, streets=None, water=None, zones=gpd.GeoDataFrame(RELEASE.zones.iloc[:0]))
    ElementTree.fromstring(_ground(bare).density(bare.surfaces[0], BREAKS).svg(STYLE, "nb", stamped=None, named=True))


def test_minor_streets_are_left_out_of_wide_views():
    near = "".join(_ground().density(RELEASE.surfaces[0], BREAKS).layers)
    wide = map_views.ground(RELEASE, STYLE, (280e3, 6.69e6, 310e3, 6.71e6), size_pt=(330, 240))
    far = "".join(wide.density(RELEASE.surfaces[0], BREAKS).layers)
    assert near.count(STYLE.lines["street"].colour) == 2 and far.count(STYLE.lines["street"].colour) == 1


def test_areas_beyond_chance_are_outlined_and_falls_dashed():
    plain, _ = _ground().change(RELEASE.surfaces[0], RELEASE.surfaces[2])
    around = RELEASE.changes[:2]
    assert around["direction"].tolist() == ["rise", "fall"]
    strong = f'stroke="{STYLE.ink}" stroke-width="{map_views.OUTLINE_PT:.2f}"'
    for rows, dashes in ((around[:1], 0), (around[1:], 1), (around, 1), (around[:0], 0)):
        view, _ = _ground().change(RELEASE.surfaces[0], RELEASE.surfaces[2], outlined=rows)
        added = "".join(view.layers).replace("".join(plain.layers[:3]), "")
        outlines = [line for line in added.split("<path ") if strong in line]
        assert len(outlines) == len(rows)
        assert sum("dasharray" in line for line in outlines) == dashes


def test_a_zone_that_only_says_where_something_is_is_no_decision():
    told = gpd.GeoDataFrame(RELEASE.zones.assign(kind=["place", "exclusion"]))
    assert map_views.decided(told)["zone_id"].tolist() == ["Z2"]


def test_main_roads_in_classes_of_their_own_are_drawn_in_wide_views_too():
    roads = replace(RELEASE, streets=RELEASE.streets.assign(highway="highway"))
    wide = map_views.ground(roads, STYLE, (280e3, 6.69e6, 310e3, 6.71e6), size_pt=(330, 240))
    assert STYLE.lines["street"].colour in wide.above
