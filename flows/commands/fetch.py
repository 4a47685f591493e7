"""`harmshift fetch`: refreshes a city's snapshots and says what each source gave. Computes and publishes nothing."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from flows.commands.run_once import run_options
from flows.configuration.settings import find_config_dir, load_city
from flows.console import aligned
from flows.lock import city_lock

WITH_WARNINGS = 3


def fetch_city(name: str, config: Path | None, data_dir: Path | None) -> int:
    """Bring what every source gives into the store; return 3 if an archive or an older state had to stand in.

    Raises
    ------
    UserError
        If a source fails and nothing may stand in for it.
    """
    folder = find_config_dir(config)
    loaded = load_city(name, folder)
    from flows.plan import take_all

    wanted: dict[str, Any] = {"as_of": None, "offline": False, "out": Path("outputs"), "data_dir": data_dir}
    options = run_options(loaded, folder, wanted | {"only": None, "scheduler": None})
    with city_lock(options.state_dir, loaded.city.city):
        taken = take_all(loaded.city, options)
    rows: list[tuple[str, ...]] = [("source", "kind", "MB", "content of", "state")]
    kinds = {source.id: source.kind for source in loaded.city.sources}
    for snapshot in taken:
        stands_in = snapshot.fallback
        said = _new(snapshot.fetched_at)
        if snapshot.from_archive:
            said = f"from its archive address: {snapshot.from_archive.reason}"
        if stands_in:
            said = f"{stands_in.age_days:.1f} days old stands in: {stands_in.reason}"
        size = f"{snapshot.size_bytes / 1e6:.1f}"
        rows.append((snapshot.source_id, kinds[snapshot.source_id], size, f"{snapshot.fetched_at:%Y-%m-%d}", said))
    click.echo("\n".join(aligned(rows)))
    return WITH_WARNINGS if any(snapshot.fallback or snapshot.from_archive for snapshot in taken) else 0


def _new(fetched_at: datetime) -> str:
    return "new" if (datetime.now(UTC) - fetched_at).total_seconds() < 60 else "as before, or the owner's own date"
