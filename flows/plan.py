"""The main job as a list of steps: what is computed from what. Pure data flow; how steps run is the caller's choice."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.identity import code_version, library_versions, run_id
from flows.nights.drift import Volume, drifted, moved, read_volume, refuse, volume_of
from flows.nights.unchanged import is_unchanged
from flows.options import RunOptions
from flows.publishing.current import current_run, heal_current, point_current
from flows.publishing.earlier import earlier_runs
from flows.publishing.frozen import KEY as FROZEN
from flows.publishing.frozen import counted, forget_frozen
from flows.publishing.internal import internal_root, publish_internal
from flows.publishing.publish import clear_staging, destination, existing_run, publish, staging
from flows.publishing.since_last import as_said, since_last
from flows.publishing.targets import delivered
from flows.publishing.withdrawn import refuse_withdrawn
from flows.report import RunReport
from flows.steps import PlainStep, Step
from layers.city import City
from layers.disclosure.release import Release, Run
from layers.style import Style
from layers.tables import Border, Snapshot

if TYPE_CHECKING:
    from layers.internal import Internal


def run_city(city: City, options: RunOptions, step: Step | None = None) -> RunReport:
    """Build a city's products, publish them, and bring them into its database if it has one.

    Raises
    ------
    UserError
        As `build_city`.
    """
    step = step or PlainStep()
    return delivered(build_city(city, options, step), city, step)


def build_city(city: City, options: RunOptions, step: Step) -> RunReport:
    """Build a city's products and publish them; an identical verified run is used again.

    Raises
    ------
    UserError
        For anything wrong with sources, tables or the output folder; nothing is left half-written.
    """
    root = destination(city, options.out)
    snapshots = step("fetch", lambda: take_all(city, options), retries=2)
    code = code_version()
    made_of = (options.config_sha256, code)
    refuse_withdrawn(root, snapshots, config_sha256=options.config_sha256, code=code)
    if options.watch and is_unchanged(root, city, snapshots, as_of=options.as_of, made_of=made_of):
        return _as_shown(root, snapshots)
    identity = run_id(options.as_of, config_sha256=options.config_sha256, snapshots=snapshots, code=code)
    private = internal_root(city, options.out) if options.only is None else None
    whole = existing_run(root, identity) if options.only is None else None
    inner = existing_run(private, identity) if private is not None else None
    if whole is not None and (private is None or inner is not None):
        clear_staging(root)
        if private is not None and inner is not None:
            point_current(private, inner)
        return _report_of(whole, identity, snapshots, moved=point_current(root, whole))
    border = _border(city, snapshots, step, options=options, code=code)
    volume = volume_of(border.tables.incidents, identity)
    border, run = _counted(border, city, options, run_id=identity, code=code)
    beside = {"is_internal": private is not None, "earlier": earlier_runs(root, city)}
    release, internal = _analysed(city, run, border, step, snapshots=snapshots, beside=beside)
    release = replace(release, since_last=since_last(root, release))
    if options.watch is not None and not options.watch.accept_drift:
        _refuse_drift(release, volume, options, root)
    if private is not None and internal is not None:
        # first, so that a run seen in public never lacks its internal part
        seal = _manifest(release, step.seconds)
        step("internal product", lambda: publish_internal(internal, release, options.style, private, manifest=seal))
    directory = whole or _published(release, options, root, step)
    heal_current(root)
    shown = options.only is None and point_current(root, directory)
    forget_frozen(options.state_dir, root, city)
    found, said = release.findings, release.warnings
    return RunReport(
        identity, directory, found, said, published=shown, reused=False, snapshots=snapshots, volume=volume
    )


def _refuse_drift(release: Release, volume: Volume, options: RunOptions, root: Path) -> None:
    from layers.products.findings_json import read

    if options.watch is None:
        return
    shown, city = current_run(root), release.city.city
    bands = options.watch.bands
    said = drifted(read_volume(options.state_dir, city), volume, bands)
    refuse(city, said + (moved(read(shown), release.findings, bands) if shown is not None else []))


def _published(release: Release, options: RunOptions, root: Path, step: Step) -> Path:
    identity = release.run.run_id
    with staging(root, identity) as staged:
        step("write products", lambda: write_products(release, options.style, staged, only=options.only))
        manifest = _manifest(release, step.seconds)
        name = identity if options.only is None else f"{identity}-only-{options.only}"
        return step("publish", lambda: publish(staged, root, manifest=manifest, run_id=name))


def _counted(border: Border, city: City, options: RunOptions, *, run_id: str, code: str) -> tuple[Border, Run]:
    """Return what the run counts, published quarters of closed data as they were, and its identity."""
    root, state = destination(city, options.out), options.state_dir
    border, until, first = counted(border, city, as_of=options.as_of, run_id=run_id, root=root, state=state)
    return border, Run(
        run_id=run_id,
        as_of=options.as_of,
        data_until=until,
        code_version=code,
        config_sha256=options.config_sha256,
        built_at=datetime.combine(options.as_of, time(), UTC),
        incidents_of=first,
    )


def take_all(city: City, options: RunOptions) -> tuple[Snapshot, ...]:
    """Bring every source's present content into the store, or its last good one."""
    from layers.snapshots import take

    made_at = datetime.combine(options.as_of, time(), UTC)
    store = options.state_dir / "snapshots"
    now = options.now or datetime.now(UTC)  # ages of snapshots alone are counted from it
    return tuple(
        take(
            source,
            city,
            store=store,
            data_dir=options.data_dir,
            base_dir=options.base_dir,
            made_at=made_at,
            offline=options.offline,
            now=now,
        )
        for source in city.sources
    )


def _analysed(
    city: City, run: Run, border: Border, step: Step, *, snapshots: tuple[Snapshot, ...], beside: dict[str, Any]
) -> tuple[Release, "Internal | None"]:
    from flows.analysis import Inputs, analyse
    from layers import sources

    expected = sources.expected(snapshots, city)
    return analyse(Inputs(city, run, border, snapshots, expected, **beside), step)


def _border(city: City, snapshots: tuple[Snapshot, ...], step: Step, *, options: RunOptions, code: str) -> Border:
    """Read and check, incidents of earlier nights only if they changed; the raw tables end here."""
    from layers import sources
    from layers.border import admit
    from layers.border.kept import kept_lots

    folder = options.state_dir / "kept" / city.city
    kept = step("judge incidents", lambda: kept_lots(snapshots, city, folder=folder, version=code))
    others = [snapshot for snapshot in snapshots if snapshot.source_id not in kept]
    raw = step("read sources", lambda: sources.parse_all(others, city))
    return step("check tables", lambda: admit(raw, city, kept=kept))


def write_products(release: Release, style: Style, directory: Path, *, only: str | None = None) -> tuple[Path, ...]:
    """Write every product, or the one named `only`, into `directory`."""
    from layers.products import PRODUCTS

    chosen = PRODUCTS if only is None else {only: PRODUCTS[only]}
    return tuple(path for write in chosen.values() for path in write(release, style, directory))


def _manifest(release: Release, seconds: dict[str, float]) -> dict[str, Any]:
    return {
        "run_id": release.run.run_id,
        "city": release.city.city,
        "simulated": release.city.simulated,
        "as_of": release.run.as_of.isoformat(),
        "data_until": release.run.data_until.isoformat(),
        FROZEN: release.run.incidents_of,
        "code_version": release.run.code_version,
        "config_sha256": release.run.config_sha256,
        "since_last": as_said(release.since_last),
        "seeds": {"inference": release.city.inference.seed},
        "libraries": library_versions(),
        "warnings": [words.en for words in release.warnings],
        "timings_s": {name: round(value, 3) for name, value in seconds.items()},
        "snapshots": [
            {
                "source_id": s.source_id,
                "sha256": s.sha256,
                "size_bytes": s.size_bytes if s.open else None,  # two nights' sizes tell what one night brought
                "address": s.address,
                "fetched_at": s.fetched_at.isoformat(),
                "upstream_date": s.upstream_date.isoformat() if s.upstream_date else None,
                "licence": s.licence,
                "from_archive": s.from_archive.fault if s.from_archive else None,
                "stands_in": {"fault": s.fallback.fault, "age_days": s.fallback.age_days} if s.fallback else None,
            }
            for s in release.snapshots
        ],
    }


def _report_of(directory: Path, identity: str, snapshots: tuple[Snapshot, ...], *, moved: bool) -> RunReport:
    """Report a run that was built earlier, from its own files."""
    from layers.products.findings_json import read

    return RunReport(identity, directory, read(directory), (), published=moved, reused=True, snapshots=snapshots)


def _as_shown(root: Path, snapshots: tuple[Snapshot, ...]) -> RunReport:
    """Report that what readers see is what tonight's inputs give."""
    shown = current_run(root)
    if shown is None:
        raise FileNotFoundError(root / "current")
    return _report_of(shown, shown.name, snapshots, moved=True)
