"""findings.json and truth.json: every figure of a release for machines, and back again. Owns the format, no figure."""

import json
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter, ValidationError

from layers.disclosure.release import Finding, Reading, Release
from layers.errors import PublishError
from layers.products.records import rounded
from layers.style import Style

FINDINGS = "findings.json"
TRUTH = "truth.json"
_FINDINGS = TypeAdapter(tuple[Finding, ...])
_READINGS = TypeAdapter(tuple[Reading, ...])
_SPANS = ("interval", "detection_band")


def write(release: Release, _style: Style, directory: Path) -> tuple[Path, ...]:
    """Write `findings.json`, and `truth.json` for a simulated city.

    Figures have ten significant digits; a bound that is unknown or unbounded is null. Headlines come first, the rest
    by id, series and adjustment; then the five readings of every step and series.
    """
    ordered = sorted(release.findings, key=lambda f: (not f.headline, f.id, f.series, f.adjustment))
    said = _plain(_FINDINGS.dump_python(tuple(ordered)))
    read_as = _plain(_READINGS.dump_python(release.readings))
    written = [_write(directory / FINDINGS, _head(release) | {"findings": said, "readings": read_as})]
    if release.truth is not None:
        written.append(_write(directory / TRUTH, _head(release) | {"truth": _plain(release.truth)}))
    return tuple(written)


def read(directory: Path) -> tuple[Finding, ...]:
    """Return the findings of a run that was written earlier, in the order of its file.

    Raises
    ------
    PublishError
        If `findings.json` is missing or is not what `write` writes.
    """
    path = directory / FINDINGS
    try:
        findings = json.loads(path.read_text(encoding="utf-8"))["findings"]
        return _FINDINGS.validate_python([_unbounded(finding) for finding in findings])
    except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
        msg = f"{path}: cannot be read as findings ({type(error).__name__}). Remove the run's folder and run again."
        raise PublishError(msg) from error


def _head(release: Release) -> dict[str, Any]:
    run = release.run
    return {
        "city": release.city.city,
        "run_id": run.run_id,
        "as_of": run.as_of.isoformat(),
        "simulated": release.city.simulated,
    }


def _plain(value: Any) -> Any:
    """Return a value as JSON knows it, figures rounded, what is not a number as null."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float):
        return rounded(value)
    return value.isoformat() if isinstance(value, date) else value


def _unbounded(finding: dict[str, Any]) -> dict[str, Any]:
    """Return a finding as read, with null bounds of its spans as infinite again."""
    spans = {name: finding[name] for name in _SPANS if finding[name] is not None}
    ends = (-math.inf, math.inf)
    open_ = {n: [end if v is None else v for v, end in zip(span, ends, strict=True)] for n, span in spans.items()}
    return finding | open_


def _write(path: Path, content: dict[str, Any]) -> Path:
    text = json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return path
