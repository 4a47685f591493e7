"""The example release with everything the later pages of the atlas show. Its figures are invented."""

from dataclasses import replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely.geometry import LineString

from layers.city import Comment, Words
from layers.disclosure.release import Reading, Release, SinceLast
from tests.example_release import example_release
from tests.example_tables import CRS, SCENES, SERIES

STEP = "before->tunnel"


def full_release(*, simulated: bool = True) -> Release:
    """A release in which nothing is left out."""
    release = example_release(simulated=simulated)
    comment = Comment(
        side="users",
        organisation="Brukernes hus",
        date=date(2019, 12, 20),
        words=Words(nb="Det er trangere nå.", en="There is less room now."),
    )
    moved = replace(
        release.findings[2],
        id=f"total_variation:{STEP}",
        kind="total_variation",
        adjustment="none",
        headline=False,
        estimate=0.38,
        interval=None,
        unit="share",
        verdict=None,
        parts={"placebo_low": 0.05, "placebo_median": 0.06, "placebo_high": 0.07, "placebo_pairs": 4.0}
        | {"open_per_day": 3.3, "ended_per_day": 1.1, "arisen_per_day": 0.0, "price_m": 1650.0},
    )
    return replace(
        release,
        city=release.city.model_copy(update={"comments": (comment,)}),
        findings=(*release.findings, moved),
        readings=tuple(_reading(kind) for kind in ("displacement", "deterrence")),
        routes=_routes(),
        flows=_flows(),
        service_access=_access(),
        concentration_curves=_curves(),
        multiverse=_multiverse(),
        since_last=SinceLast(
            run_id="2019-12-01-aa",
            as_of=date(2019, 12, 1),
            new_data=("records",),
            new_days=(date(2019, 10, 1), date(2020, 1, 1)),
            revised_counts=None,
            code=("0.1.0", "0.2.0"),
            libraries=("scipy",),
            settings=False,
        ),
    )


def _reading(kind: str) -> Reading:
    said = Words(nb=f"SIMULERT: Om {kind}.", en=f"SIMULATED: Of {kind}.")
    return Reading(kind, STEP, SERIES[0], Words(nb="Lesning", en="Reading"), said, (said,), "cannot be decided", said)


def _routes() -> pd.DataFrame:
    rows = [(s, place) for s in SERIES for place in ("origin", "receivers")]
    table = pd.DataFrame(rows, columns=["series", "place"]).assign(
        step=STEP, text_nb="Begge økte.", text_en="Both rose."
    )
    table["change_to_control"] = [-0.93, 2.31, np.nan, np.nan]
    return table.assign(low=table["change_to_control"] - 0.1, high=table["change_to_control"] + 0.1)


def _flows() -> gpd.GeoDataFrame:
    ends = [("park", "tunnel", 2.4), ("park", "market", 0.6), ("market", "tunnel", 0.01), ("park", "", 0.4)]
    lines = [LineString([SCENES[a], SCENES[b]]) if b else None for a, b, _ in ends]
    columns = {"from_place": [a for a, _, _ in ends], "to_place": [b for _, b, _ in ends]}
    columns |= {"incidents_per_day": [n for *_, n in ends], "step": STEP, "series": SERIES[0], "reading": "open"}
    columns |= {"share": [0.7, 0.2, 0.003, 0.1], "walk_m": [1900.0, 700.0, 1300.0, None]}
    return gpd.GeoDataFrame(columns, geometry=lines, crs=CRS)


def _access() -> pd.DataFrame:
    rows = []
    for period in ("before", "tunnel"):
        for scene, around in (("park", 900.0), ("market", np.nan), ("tunnel", 300.0)):
            rows.append((period, scene, "drop-in", 1, "Mottakssenteret", 300.0, 4.0, around, around / 75))
    names = ["period", "scene_id", "kind", "open_services", "service", "walk_m", "minutes"]
    table = pd.DataFrame(rows, columns=[*names, "walk_avoiding_zones_m", "minutes_avoiding_zones"])
    return table.assign(reachable=table["walk_avoiding_zones_m"].notna())


def _curves() -> pd.DataFrame:
    people = np.linspace(0, 1, 5)
    shares = {"before": people**2, "after": np.sqrt(people)}
    tables = [pd.DataFrame({"window": w, "people_share": people, "harm_share": harm}) for w, harm in shares.items()]
    return pd.concat(tables).assign(step=STEP, series=SERIES[0], denominator="resident")


def _multiverse() -> pd.DataFrame:
    table = pd.DataFrame({"estimate": [26.0, 20.0, -1.0, 5.0], "bandwidth_m": [0.0, 0.0, 200.0, 200.0]})
    for choice in ("unit", "indicator", "edge_shift_days", "harm_weights", "place_draw", "geocoding_draw"):
        table[choice] = "one"
    shift = next(f for f in example_release().findings if f.kind == "deprivation_of_harm_shift" and f.headline)
    of = {"finding": shift.kind, "step": shift.step, "series": shift.series}
    return table.assign(**of, counts=[True, True, True, True])
