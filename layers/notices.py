"""What a reader must know about the inputs of a run: what was left out, repaired or missing, in both languages."""

from collections.abc import Iterator

import numpy as np

from layers.city import City, Words
from layers.tables import Border
from layers.units import Units


def notices(
    border: Border, units: Units, city: City, *, cells: np.ndarray, unit_index: np.ndarray
) -> tuple[Words, ...]:
    """Return the notices of a run in a stable order.

    Parameters
    ----------
    cells, unit_index : n int
        Cell and unit of each incident, -1 for none.
    """
    return (
        *_refused(border),
        *_nowhere(cells, unit_index),
        *_repaired(border),
        *_unranked(units, unit_index),
        *_without_streets(city),
        *_police_initiated(city),
    )


def _refused(border: Border) -> Iterator[Words]:
    for source_id, rows in border.quarantine.groupby("source_id", sort=True).size().items():
        read = border.rows_read[str(source_id)]
        yield Words(
            nb=f"{rows} av {read} rader fra {source_id} er holdt tilbake; grunnene står i tables/quarantine.csv.",
            en=f"{rows} of {read} rows of {source_id} were refused; the reasons stand in tables/quarantine.csv.",
        )


def _nowhere(cells: np.ndarray, unit_index: np.ndarray) -> Iterator[Words]:
    off_land, no_district = int((cells < 0).sum()), int((unit_index < 0).sum())
    if off_land:
        yield Words(
            nb=f"{off_land} hendelser ligger i vann eller utenfor byen og er ikke med på kartene.",
            en=f"{off_land} incidents lie in water or outside the city and are on no map.",
        )
    if no_district:
        yield Words(
            nb=f"{no_district} hendelser ligger ikke i noe distrikt og er ikke med i funnene.",
            en=f"{no_district} incidents lie in no district and are in no finding.",
        )


def _repaired(border: Border) -> Iterator[Words]:
    for row in border.repairs.itertuples(index=False):
        if row.repair == "shared coordinate":
            yield Words(
                nb=f"{row.rows} rader fra {row.source_id} deler én koordinat: kanskje et sted for ukjente steder.",
                en=f"{row.rows} rows of {row.source_id} share one coordinate: perhaps where unknown places are put.",
            )
        else:
            yield Words(
                nb=f"{row.rows} former i {row.source_id} ble reparert ({row.area_change_m2:.0f} m² endret).",
                en=f"{row.rows} shapes of {row.source_id} were repaired ({row.area_change_m2:.0f} m² changed).",
            )


def _unranked(units: Units, unit_index: np.ndarray) -> Iterator[Words]:
    ranks = units.districts["deprivation_rank"]
    if ranks.notna().all():
        return
    unranked = units.pieces["rank"].isna().to_numpy()
    share, count = f"{100 * unranked[unit_index[unit_index >= 0]].mean():.1f}", ranks.isna().sum()
    yield Words(
        nb=f"{count} distrikter har ingen verdi for levekår; {share.replace('.', ',')} % av hendelsene ligger der.",
        en=f"{count} districts have no value of the indicator; {share} % of incidents lie there.",
    )


def _without_streets(city: City) -> Iterator[Words]:
    if not city.has_walkable_streets:
        yield Words(
            nb="Det finnes ikke noe gangbart gatenett for byen: kartet langs gater er utelatt.",
            en="No walkable street network of this city is at hand: the map along streets is left out.",
        )


def _police_initiated(city: City) -> Iterator[Words]:
    names = [series.name for series in city.harm.series if series.recorded_by == "police_initiated"]
    nb, en = "; ".join(name.nb for name in names), "; ".join(name.en for name in names)
    if names:
        yield Words(
            nb=f"Serier som politiet selv tar initiativ til ({nb}) viser hvor politiet arbeidet.",
            en=f"Series that the police start themselves ({en}) show where the police worked.",
        )
