"""Settings of the nights: which cities, how long one may take, what is kept, how far a run may drift."""

from pathlib import Path

import yaml
from pydantic import Field, ValidationError

from flows.configuration.settings import known_cities, load_city
from flows.nights.drift import Bands
from flows.nights.retention import Kept
from layers.city.base import Frozen
from layers.errors import ConfigError

FILE = "nightly.yaml"


class Drift(Frozen):
    """Bands outside which a run is not published before a person has looked."""

    rows: tuple[float, float] = (0.98, 1.5)
    new_per_day: float = Field(5.0, gt=1)
    half_widths: float = Field(1.0, gt=0)


class Keep(Frozen):
    """The newest so many runs, and whatever is younger; stored snapshots no source gives any more, by age alone."""

    runs: int = Field(14, ge=1)
    days: float = Field(30.0, ge=0)
    snapshot_days: float = Field(30.0, ge=1)


class NightSettings(Frozen):
    """All of nightly.yaml."""

    cities: tuple[str, ...] = ()
    deadline_min: float = Field(180.0, gt=0)
    quiet_after_days: float = Field(14.0, gt=0)
    repeat_warning_days: float = Field(7.0, gt=0)
    keep: Keep = Field(default_factory=lambda: Keep.model_validate({}))
    drift: Drift = Field(default_factory=lambda: Drift.model_validate({}))

    @property
    def bands(self) -> Bands:
        return Bands(self.drift.rows, self.drift.new_per_day, self.drift.half_widths)

    @property
    def kept(self) -> Kept:
        return Kept(self.keep.runs, self.keep.days)


def night_settings(config_dir: Path) -> NightSettings:
    """Read nightly.yaml of a folder of settings; what it does not say, and a missing file, means the defaults.

    Raises
    ------
    ConfigError
        If it says something that cannot be.
    """
    path = config_dir / FILE
    if not path.is_file():
        return NightSettings.model_validate({})
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        return NightSettings.model_validate(said)
    except yaml.YAMLError as error:
        raise ConfigError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise ConfigError(f"{path}: {wrong}. Mend it, or leave the key out.") from None


def name_of_city(name: str, config_dir: Path) -> str:
    """Return the name under which a city's nights are written down: its own, or its file's while that has mistakes."""
    try:
        return load_city(name, config_dir).city.city
    except ConfigError:
        return Path(name).stem


def cities_of_night(named: tuple[str, ...], config_dir: Path) -> tuple[str, ...]:
    """Return the cities of a night: those named, else those declared in nightly.yaml; none merely because it is there.

    Raises
    ------
    ConfigError
        If there is neither; names what could be declared.
    """
    chosen = named or night_settings(config_dir).cities
    if not chosen:
        there = ", ".join(known_cities(config_dir))
        calls = "harmshift nightly mycity, harmshift doctor --city mycity"
        cure = f"Declare them, e.g. `cities: [mycity]`, or name one: {calls}. There are: {there}."
        if not there:
            cure = "Write one with: harmshift new-city NAME"
        raise ConfigError(f"{config_dir / FILE}: no city is declared for the night. {cure}")
    return chosen
