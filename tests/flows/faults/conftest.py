"""A town with a state folder of its own, and one that has had its first night."""

import shutil

import pytest

from tests.flows import night_city as town


def one_code() -> str:
    return "0.1.0+tested"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("flows.plan.code_version", one_code)  # a file saved meanwhile must not be news to a night
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.delenv("HARMSHIFT_NOTIFY", raising=False)
    return tmp_path


@pytest.fixture(scope="module")
def first_night(tmp_path_factory):
    """The folder after one good night, made once."""
    folder = tmp_path_factory.mktemp("first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HARMSHIFT_STATE", str(folder / "state"))
        patch.setattr("flows.plan.code_version", one_code)
        path = town.write_town(folder)
        assert town.night(path).exit_code == 0
    return folder


@pytest.fixture
def after_one(first_night, folder):
    """A copy of it, with a day's new incidents: settings, and the folder of results."""
    shutil.copytree(first_night, folder, symlinks=True, dirs_exist_ok=True)
    for path in first_night.rglob("incidents_*.csv"):  # a file's time is part of what it is
        shutil.copystat(path, folder / path.name)
    town.write_incidents(folder, town.NIGHT.date().replace(day=8))
    return folder / "lilleby.yaml", folder / "out" / "lilleby"
