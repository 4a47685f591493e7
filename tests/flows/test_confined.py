"""Names that would lead out of a folder, links in the way, and modes of what is written."""

import stat

import pytest
from click.testing import CliRunner

from flows.cli import cli
from flows.publishing.publish import publish, staging
from flows.state import make_state_dir
from tests.flows.city_yaml import CONFIG, GOOD, write


@pytest.mark.parametrize("name", ["../x", "a/b", "A", "x" * 60, "", ".", "x\ny"])
def test_a_citys_name_is_no_path(tmp_path, name):
    path = write(tmp_path, GOOD.replace("city: testby", f"city: {name!r}"))
    done = CliRunner().invoke(cli, ["check", str(path), "--config", str(CONFIG)])
    assert done.exit_code == 2
    assert "city" in done.output


@pytest.mark.parametrize("name", ["../x", "a/b"])
def test_a_sources_id_is_no_path(tmp_path, name):
    path = write(tmp_path, GOOD.replace("id: records", f"id: {name!r}"))
    assert CliRunner().invoke(cli, ["check", str(path), "--config", str(CONFIG)]).exit_code == 2


def test_what_is_published_can_be_read_by_all_and_changed_by_nobody(tmp_path):
    root = tmp_path / "city"
    with staging(root, "2026-01-01-00000001") as staged:
        (staged / "tables").mkdir()
        (staged / "tables/a.csv").write_text("a\n1\n")
        run = publish(staged, root, manifest={}, run_id="2026-01-01-00000001")
    assert {stat.S_IMODE(path.stat().st_mode) for path in run.rglob("*") if path.is_file()} == {0o444}


def test_the_state_is_its_owners_alone(tmp_path):
    assert stat.S_IMODE(make_state_dir(tmp_path / "state").stat().st_mode) == 0o700


def test_a_link_in_the_place_of_the_staging_folder_is_not_followed(tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mine.txt").write_text("mine")
    root = tmp_path / "city"
    root.mkdir()
    (root / ".staging-2026-01-01-00000001").symlink_to(outside)
    with pytest.raises(Exception, match=r"symbolic link|cannot write"), staging(root, "2026-01-01-00000001"):
        pass
    assert (outside / "mine.txt").read_text() == "mine"
