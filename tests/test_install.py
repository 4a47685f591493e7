"""The wheel, built without a network and installed apart from the checkout, finds its own settings and works."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.slow


def call(*command: object, cwd: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess:
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", out, cwd=ROOT)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A fresh environment with the wheel, and all else from the one that runs the tests."""
    folder = tmp_path_factory.mktemp("venv")
    call(sys.executable, "-m", "venv", folder, cwd=folder)
    python = folder / "bin" / "python"
    call(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel, cwd=folder)
    site = Path(call(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=folder).stdout.strip())
    # Its own packages come first; the editable checkout must not come at all, so the folder is named, not processed.
    (site / "rest.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder


def outside(tmp_path: Path) -> dict[str, str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("HARMSHIFT", "PYTHON", "PREFECT"))
    }
    return {**kept, "HOME": str(tmp_path), "HARMSHIFT_STATE": str(tmp_path / "state")}


def test_wheel_holds_packages_and_settings_and_no_tests(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names if ".dist-info" not in name}
    assert tops == {"geo", "layers", "flows"}
    assert {"flows/_config/pipeline.yaml", "flows/_config/cities/fjordby.yaml", "flows/_config/schema.json"} <= set(
        names
    )
    assert "flows/_config/styles/style.yaml" in names


def test_installed_check_works_outside_the_checkout(installed, tmp_path):
    done = call(installed / "bin" / "harmshift", "check", "fjordby", cwd=tmp_path, env=outside(tmp_path))
    assert done.stdout.startswith("SIMULATED Fjordby")
    assert str(installed) in done.stdout  # the settings are those of the wheel
    assert str(ROOT) not in done.stdout
    assert not (tmp_path / "state").exists()


def test_installed_doctor_is_content(installed, tmp_path):
    done = call(installed / "bin" / "harmshift", "doctor", cwd=tmp_path, env=outside(tmp_path))
    assert "harmshift can run here." in done.stdout
