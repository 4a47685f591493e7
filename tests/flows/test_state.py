"""The state folder is private, and libraries are not misled by the environment."""

import os
from pathlib import Path

import pytest

from flows.state import is_writable, make_state_dir, prepare_environment, state_dir
from layers.errors import UserError


def test_default_and_named_state_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert state_dir({}) == tmp_path / ".harmshift"
    assert state_dir({"HARMSHIFT_STATE": "elsewhere"}) == tmp_path / "elsewhere"


def test_state_folder_is_for_its_owner_alone(tmp_path):
    folder = tmp_path / "a" / "state"
    folder.mkdir(parents=True, mode=0o755)
    assert make_state_dir(folder) == folder
    assert folder.stat().st_mode & 0o777 == 0o700
    assert list(folder.iterdir()) == []


def test_state_folder_on_a_file_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UserError, match="Set HARMSHIFT_STATE to a folder"):
        make_state_dir(tmp_path / "file")


def test_alien_data_is_left_aside_and_the_network_off(tmp_path):
    environ = {"PROJ_LIB": "/usr/share/proj", "GDAL_DATA": "/x", "PROJ_NETWORK": "ON", "HARMSHIFT_STATE": str(tmp_path)}
    assert prepare_environment(environ) == ("PROJ_LIB", "GDAL_DATA")
    assert environ == {
        "PROJ_NETWORK": "OFF", "HARMSHIFT_STATE": str(tmp_path), "NUMBA_CACHE_DIR": str(tmp_path / "numba"),
    }  # fmt: skip
    assert not (tmp_path / "numba").exists()  # numba makes it when it first needs it


def test_a_cache_folder_that_is_named_stays(tmp_path):
    environ = {"NUMBA_CACHE_DIR": "/mine"}
    prepare_environment(environ)
    assert environ["NUMBA_CACHE_DIR"] == "/mine"


def test_a_temporary_cache_where_nothing_is_writable(monkeypatch):
    monkeypatch.setattr("flows.state.is_writable", lambda folder: False)
    environ: dict[str, str] = {}
    prepare_environment(environ)
    folder = Path(environ["NUMBA_CACHE_DIR"])
    assert folder.is_dir()
    folder.rmdir()


def test_writable_without_writing(tmp_path):
    assert is_writable(tmp_path / "new" / "deep")
    assert not (tmp_path / "new").exists()
    (tmp_path / "file").write_text("")
    assert not is_writable(tmp_path / "file" / "below")
    assert is_writable(Path("/")) == os.access("/", os.W_OK)
