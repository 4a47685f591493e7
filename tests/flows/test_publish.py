"""Publishing: staged, verified, sealed, switched; what a killed or careless run leaves behind."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from flows.publishing.current import point_current
from flows.publishing.publish import existing_run, publish, staging
from layers.errors import PublishError

ROOT = Path(__file__).parents[2]


def build(root: Path, run_id: str, text: str = '{"a": 1}') -> Path:
    with staging(root, run_id) as staged:
        (staged / "findings.json").write_text(text)
        directory = publish(staged, root, manifest={"run_id": run_id}, run_id=run_id)
    point_current(root, directory)
    return directory


def test_a_run_is_sealed_with_the_hash_of_every_file(tmp_path):
    directory = build(tmp_path, "2020-01-01-aaaaaaaa")
    manifest = json.loads((directory / "manifest.json").read_text())
    assert list(manifest["files"]) == ["findings.json"]
    assert manifest["sizes_bytes"] == {"findings.json": len('{"a": 1}')}
    assert (directory / "SUCCESS").read_text() == "2020-01-01-aaaaaaaa\n"
    assert (tmp_path / "current").resolve() == directory
    assert oct((directory / "findings.json").stat().st_mode)[-3:] == "444"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_the_newest_run_takes_current_and_the_older_one_stays(tmp_path):
    first, second = build(tmp_path, "2020-01-01-aaaaaaaa"), build(tmp_path, "2020-01-02-bbbbbbbb")
    assert (tmp_path / "current").resolve() == second
    assert first.is_dir()


def test_a_whole_run_is_found_again_and_a_damaged_one_is_not(tmp_path):
    directory = build(tmp_path, "2020-01-01-aaaaaaaa")
    assert existing_run(tmp_path, "2020-01-01-aaaaaaaa") == directory
    (directory / "findings.json").chmod(0o644)
    (directory / "findings.json").write_text("{}")
    assert existing_run(tmp_path, "2020-01-01-aaaaaaaa") is None
    again = build(tmp_path, "2020-01-01-aaaaaaaa")
    assert again.name == "2020-01-01-aaaaaaaa.2"
    assert existing_run(tmp_path, "2020-01-01-aaaaaaaa") == again


def test_a_run_of_one_product_is_not_taken_for_a_whole_one(tmp_path):
    with staging(tmp_path, "2020-01-01-aaaaaaaa") as staged:
        (staged / "findings.json").write_text("{}")
        publish(staged, tmp_path, manifest={}, run_id="2020-01-01-aaaaaaaa-only-findings")
    assert existing_run(tmp_path, "2020-01-01-aaaaaaaa") is None


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("findings.json", "", "is empty"),
        ("findings.json", '{"a": NaN}', "NaN"),
        ("tables/a.csv", "a,b\n1\n", "columns"),
    ],
)
def test_a_broken_file_is_never_published(tmp_path, name, text, says):
    with staging(tmp_path, "r") as staged:
        (staged / name).parent.mkdir(exist_ok=True)
        (staged / name).write_text(text)
        with pytest.raises(PublishError, match=says):
            publish(staged, tmp_path, manifest={}, run_id="r")
    assert not list((tmp_path / "runs").iterdir())
    assert not list(tmp_path.glob(".staging-*"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(PublishError, match=r"cannot write results to .*file.*--out"), staging(blocked / "x", "r"):
        pass


KILLED = """
    import os, signal, sys
    from pathlib import Path
    from flows.publishing import publish as p
    from flows.publishing.current import point_current
    root, stop = Path(sys.argv[1]), sys.argv[2]
    def die(*a, **k): os.kill(os.getpid(), signal.SIGKILL)
    if stop == "verify": p.verify = die
    if stop == "sync": p._sync = die
    if stop == "rename": Path.rename = die
    if stop == "switch": Path.replace = die
    with p.staging(root, "2020-01-02-bbbbbbbb") as staged:
        (staged / "findings.json").write_text("{}")
        if stop == "write": die()
        directory = p.publish(staged, root, manifest={}, run_id="2020-01-02-bbbbbbbb")
    point_current(root, directory)
"""


@pytest.mark.parametrize("stop", ["write", "verify", "sync", "rename", "switch"])
def test_current_opens_after_a_kill_at_any_point_and_the_next_run_heals(tmp_path, stop):
    before = build(tmp_path, "2020-01-01-aaaaaaaa")
    script = textwrap.dedent(KILLED)
    killed = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path), stop], check=False, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / "current").resolve() == before
    assert json.loads((tmp_path / "current/findings.json").read_text()) == {"a": 1}
    after = build(tmp_path, "2020-01-03-cccccccc")
    assert (tmp_path / "current").resolve() == after
    assert not list(tmp_path.glob(".staging-*"))
