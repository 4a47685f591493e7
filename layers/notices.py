"""What a reader must know about the inputs of a run: what was left out, repaired or missing, in both languages."""

from collections.abc import Iterable, Iterator

import numpy as np

from layers.city import City, Words
from layers.disclosure.openness import shown_as_published
from layers.findings.numbers import number as written
from layers.frame.areal import LEAST, MOST
from layers.frame.units import Units
from layers.tables import Border, Snapshot


def notices(
    border: Border,
    units: Units,
    city: City,
    *,
    cells: np.ndarray,
    unit_index: np.ndarray,
    snapshots: Iterable[Snapshot] = (),
) -> tuple[Words, ...]:
    """Return the notices of a run in a stable order.

    Parameters
    ----------
    cells, unit_index : n int
        Cell and unit of each incident, -1 for none.
    snapshots : Snapshot
        What the run is made from; those that stand in for a source that failed are told.
    """
    taken = tuple(snapshots)
    return (
        *_standing_in(taken),
        *_from_archive(taken),
        *_refused(border),
        *_nowhere(cells, unit_index, city),
        *_repaired(border),
        *_unranked(units, unit_index),
        *_carried(border, city),
        *_without_streets(city),
        *_police_initiated(city),
    )


_FAULTS = {
    "unreachable": ("kilden var ikke å nå", "the source could not be reached"),
    "refused": ("kilden avviste oss", "the source refused"),
    "changed": ("kilden er endret", "the source has changed"),
    "incomplete": ("svaret var ufullstendig", "its answer was incomplete"),
    "stale": ("kilden er for gammel", "the source is too old"),
    "offline": ("kjørt uten nett", "run offline"),
}


def _carried(border: Border, city: City) -> Iterator[Words]:
    """Tell that the indicator is of other areas, and how far apart its bounds are in the median district."""
    name = city.deprivation.indicator
    if city.indicators_carried_by is None or name + LEAST not in border.tables.districts:
        return
    districts = border.tables.districts
    known = districts[districts[name].notna()]
    apart = float((known[name + MOST] - known[name + LEAST]).median())
    low, high = np.quantile(known[name].to_numpy(dtype=float), [0.1, 0.9])
    share = 100.0 * apart / (high - low) if high > low else 0.0
    nb, en = (written(share, language, decimals=0) for language in ("nb", "en"))
    yield Words(
        nb=f"«{city.deprivation.name.nb}» er målt for andre områder enn sonene og regnet om. I den midterste sonen er "
        f"det fra det minste til det største den kan være, {nb} % av veien mellom sonenes ytterste tideler.",
        en=f"“{city.deprivation.name.en}” was measured for other areas than the districts and carried over. In the "
        f"median district, its least and its most lie {en}% of the way between the districts' outer tenths apart.",
    )


def _standing_in(snapshots: Iterable[Snapshot]) -> Iterator[Words]:
    for snapshot in snapshots:
        if snapshot.fallback is None:
            continue
        nb, en = _FAULTS[snapshot.fallback.fault]
        since = snapshot.fallback.since
        yield Words(
            nb=f"{snapshot.source_id} er fra {since}: {nb}, og den siste gode utgaven er brukt.",
            en=f"{snapshot.source_id} is as of {since}: {en}, and its last good state was used.",
        )


def _from_archive(snapshots: Iterable[Snapshot]) -> Iterator[Words]:
    for snapshot in snapshots:
        if snapshot.from_archive is None:
            continue
        nb, en = _FAULTS[snapshot.from_archive.fault]
        yield Words(
            nb=f"{snapshot.source_id} er hentet fra arkivadressen: {nb}.",
            en=f"{snapshot.source_id} is from the archive address: {en}.",
        )


def _refused(border: Border) -> Iterator[Words]:
    for source_id, rows in border.quarantine.groupby("source_id", sort=True).size().items():
        read = border.rows_read[str(source_id)]
        yield Words(
            nb=f"{_whole(rows)[0]} av {_whole(read)[0]} rader fra {source_id} er holdt tilbake; "
            "grunnene står i tables/quarantine.csv.",
            en=f"{_whole(rows)[1]} of {_whole(read)[1]} rows of {source_id} {_was(rows)} refused; "
            "reasons stand in tables/quarantine.csv.",
        )


def _nowhere(cells: np.ndarray, unit_index: np.ndarray, city: City) -> Iterator[Words]:
    off_land, no_district = int((cells < 0).sum()), int((unit_index < 0).sum())
    if off_land:
        nb, en = _incidents(off_land, city)
        yield Words(
            nb=f"{nb} ligger i vann eller utenfor byen og er ikke med på kartene.",
            en=f"{en} in water or outside the city, on no map.",
        )
    if no_district:
        nb, en = _incidents(no_district, city)
        yield Words(
            nb=f"{nb} ligger ikke i noen sone og er ikke med i funnene.", en=f"{en} in no district, in no finding."
        )


def _incidents(number: int, city: City) -> tuple[str, str]:
    """Say how many; a number that counts may not show is not shown here either."""
    fewest = city.disclosure.min_count
    if number < fewest and not shown_as_published(city):
        return f"Færre enn {fewest} hendelser", f"Fewer than {fewest} incidents lie"
    return (
        f"{_whole(number)[0]} {_few(number, 'hendelse', 'hendelser')}",
        f"{_whole(number)[1]} {_few(number, 'incident lies', 'incidents lie')}",
    )


def _whole(count: int) -> tuple[str, str]:
    """Write a count as Norwegian and English readers do."""
    return written(count, "nb", decimals=0), written(count, "en", decimals=0)


def _few(number: int, one: str, several: str) -> str:
    return one if number == 1 else several


def _was(number: int) -> str:
    return _few(number, "was", "were")


def _repaired(border: Border) -> Iterator[Words]:
    for row in border.repairs.to_dict("records"):
        source, rows, area = row["source_id"], row["rows"], f"{row['area_change_m2']:.0f} m²"
        if row["repair"] == "shared coordinate":
            yield Words(
                nb=f"{_whole(rows)[0]} rader fra {source} har samme koordinat, kanskje den som står for ukjent sted.",
                en=f"{_whole(rows)[1]} rows of {source} share one coordinate: perhaps where unknown places are put.",
            )
        elif row["repair"] == "ways cut at the edge":
            yield Words(
                nb=f"{rows} {_few(rows, 'gangbar vei', 'gangbare veier')} i {source} fører ut av kartutsnittet og "
                "ender ved kanten.",
                en=f"{rows} walkable {_few(rows, 'way leads', 'ways lead')} out of the extract {source} and "
                f"{_few(rows, 'ends', 'end')} at its edge.",
            )
        else:
            yield Words(
                nb=f"{rows} {_few(rows, 'form', 'former')} i {source} ble reparert ({area} endret).",
                en=f"{rows} {_few(rows, 'shape', 'shapes')} of {source} {_was(rows)} repaired ({area} changed).",
            )


def _unranked(units: Units, unit_index: np.ndarray) -> Iterator[Words]:
    ranks = units.districts["deprivation_rank"]
    if ranks.notna().all():
        return
    unranked = units.pieces["rank"].isna().to_numpy()
    share, count = f"{100 * unranked[unit_index[unit_index >= 0]].mean():.1f}", int(ranks.isna().sum())
    yield Words(
        nb=f"{count} {_few(count, 'sone', 'soner')} mangler tall for levekår; "
        f"{share.replace('.', ',')} % av hendelsene ligger der.",
        en=f"{count} {_few(count, 'district has', 'districts have')} no value of the indicator; "
        f"{share}% of incidents lie there.",
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
            nb=f"Serier som politiet selv gir opphav til ({nb}), viser hvor politiet arbeidet.",
            en=f"Series that the police start themselves ({en}) show where the police worked.",
        )
