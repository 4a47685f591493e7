"""The doctor examines this machine, and fails for what is essential alone."""

import pytest

from flows.commands import doctor, doctor_checks
from flows.commands.doctor import Examination, examine


def test_this_machine_is_well(monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "state"))
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    assert examine() == 0
    text = capsys.readouterr().out
    assert "EPSG:4326 to EPSG:25832 within 10 mm" in text
    assert "FAIL" not in text
    assert "note  Prefect" in text
    assert "MISSING" not in text
    assert not (tmp_path / "state").exists()


def _ill():
    raise OSError("GDAL is\n  gone")


@pytest.mark.parametrize(("essential", "code", "mark"), [(True, 1, "FAIL"), (False, 0, "note")])
def test_only_what_is_essential_fails(capsys, essential, code, mark):
    assert examine((), (Examination("GDAL", _ill, essential),)) == code
    assert f"{mark}  GDAL         GDAL is gone" in capsys.readouterr().out


def test_alien_data_is_noted(capsys):
    assert examine(("PROJ_LIB",), ()) == 0
    assert "note  environment  PROJ_LIB led to another installation's data" in capsys.readouterr().out


def test_wrong_data_of_proj_is_found(monkeypatch):
    monkeypatch.setattr(doctor_checks, "KNOWN_M", (297468.2536, 6699827.30))
    with pytest.raises(RuntimeError, match=r"came out 0\.0507 m off"):
        doctor_checks.transform()


def test_state_folder_that_cannot_be_written(monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("HARMSHIFT_STATE", str(tmp_path / "file" / "state"))
    with pytest.raises(RuntimeError, match="Set HARMSHIFT_STATE"):
        doctor_checks.state()


def test_server_that_does_not_answer(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(RuntimeError, match="no answer from"):
        doctor_checks.prefect()


def test_missing_package_is_said():
    assert doctor._version("harmshift-of-another-world") == "MISSING"
