"""`harmshift simulate`: files of a simulated city for people to look at, and its truth. Simulates nothing itself."""

import json
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import click

from flows.commands.run_once import today
from flows.configuration.settings import find_config_dir, load_city
from layers.city import City, SimulatedSource
from layers.errors import ConfigError


def simulate_city(name: str, config: Path | None, *, out: Path, seed: int | None) -> None:
    """Write the tables of a simulated city and `truth.json` to a folder.

    Raises
    ------
    ConfigError
        If the city is not simulated.
    PublishError
        If the folder cannot be written.
    """
    city, source = _seeded(load_city(name, find_config_dir(config)).city, seed)
    from layers.sources import simulated

    packed = simulated.fetch(source, city)
    written = simulated.write_files(packed, out)
    truth = out / "truth.json"
    as_of = city.as_of or today(city.zone)
    # as a run's own truth.json, which has a run_id besides
    known = {"city": city.city, "as_of": as_of.isoformat(), "simulated": True}
    known["truth"] = true_findings(packed, source, city, as_of)
    truth.write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    click.echo(f"SIMULATED {city.name.en}, seed {source.seed}")
    for path in (*written, truth):
        click.echo(f"  {path.absolute()}")


def _seeded(city: City, seed: int | None) -> tuple[City, SimulatedSource]:
    """Return the city with its simulated source, under another seed if one is given."""
    source = next((source for source in city.sources if isinstance(source, SimulatedSource)), None)
    if source is None:
        msg = f"{city.city} has recorded data, nothing to simulate. Name a city with a source of kind: simulated."
        raise ConfigError(msg)
    if seed is not None:
        source = source.model_copy(update={"seed": seed})
    return city.model_copy(update={"sources": (source,)}), source


def true_findings(packed: bytes, source: SimulatedSource, city: City, as_of: date) -> dict[str, Any]:
    """Return the true value of every finding of a simulated city, as a run of that day would know it."""
    from layers.border import admit
    from layers.frame.chain import counted_until
    from layers.frame.units import units
    from layers.sources import simulated
    from layers.truth import truth

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.zip"
        path.write_bytes(packed)
        tables = admit({source.id: simulated.parse(path, source)}, city).tables
        expected = simulated.expected(path, source)
    until = counted_until(tables.incidents, city, as_of)
    return truth(expected, units(tables, city), city, data_until=until)
