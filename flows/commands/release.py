"""`harmshift release`: two people let out a hot spot that was found anew. Publishes nothing; the next run shows it."""

from pathlib import Path

import click

from flows.commands.run_once import today
from flows.configuration.settings import LoadedCity, find_config_dir, load_city
from flows.lock import city_lock
from flows.publishing.current import current_run
from flows.publishing.internal import internal_root
from flows.publishing.released import read_released, write_released
from flows.state import make_state_dir, state_dir
from layers.city.released import PEOPLE_NEEDED, ReleasedHotspot
from layers.errors import ConfigError, UserError

LAYER = "new_hotspots"


def release_hotspots(
    name: str, ids: tuple[str, ...], *, by: tuple[str, ...], reason: str, out: Path, config: Path | None
) -> None:
    """Write down that two people release hot spots of the last internal run.

    Raises
    ------
    UserError
        If the city has nothing to release, an id is unknown, or fewer than two people are named.
    """
    loaded = load_city(name, find_config_dir(config))
    people = {" ".join(person.split()).casefold() for person in by} - {""}
    if len(people) < PEOPLE_NEEDED:
        raise ConfigError("--by: a new hot spot is released by two different people. Name both: --by NAME --by NAME.")
    if len(reason.strip()) < 10:
        raise ConfigError("--reason: say in a sentence why the place may be shown.")
    with city_lock(make_state_dir(state_dir()), loaded.city.city):
        entries = _found(loaded, ids, by=by, reason=reason.strip(), out=out)
        kept = [ReleasedHotspot.model_validate(entry) for entry in read_released(loaded.path)]
        path = write_released(loaded.path, [*kept, *entries])
    people_named = " and ".join(by)
    click.echo(f"{people_named} released {', '.join(ids)}; the next run shows it. Written in {path}: keep it.")


def _found(
    loaded: LoadedCity, ids: tuple[str, ...], *, by: tuple[str, ...], reason: str, out: Path
) -> list[ReleasedHotspot]:
    run = _internal_run(loaded, out)
    import pyogrio

    table = pyogrio.read_dataframe(run / f"{loaded.city.city}-internal.gpkg", layer=LAYER)
    known = sorted(table["hotspot_id"].astype(str)) if "hotspot_id" in table else []
    if unknown := [one for one in ids if one not in known]:
        offered = ", ".join(known) or "none"
        raise UserError(f"{', '.join(unknown)}: no hot spot of {run.name} waits under that name. Waiting: {offered}.")
    rows = table[table["hotspot_id"].isin(ids)]
    return [
        ReleasedHotspot(
            hotspot_id=row["hotspot_id"],
            series=row["series"],
            area=row.geometry.wkt,
            by=by,
            reason=reason,
            released_on=today(loaded.city.zone),
            run_id=run.name,
        )
        for _, row in rows.iterrows()
    ]


def _internal_run(loaded: LoadedCity, out: Path) -> Path:
    """Return the folder of the internal run that analysts see."""
    if loaded.city.is_open:
        raise UserError(f"{loaded.city.city}: its data are open or simulated, so no hot spot is held back.")
    root = internal_root(loaded.city, out.absolute())
    run = current_run(root) if root is not None else None
    if run is None:
        msg = f"{loaded.city.city}: there is no internal run in {root} yet. Run first: harmshift run {loaded.city.city}"
        raise UserError(msg)
    return run
