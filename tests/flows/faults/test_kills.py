"""kill -9 at every write point of a real night: readers see a whole run, and the next night heals."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
# In a process of its own, since it forks: imports are done once, no library has threads yet. For every write point it
# lays out the state after the first night, does the second one as far as that point, and looks.
SCRIPT = """
import json, os, re, shutil, sys
from pathlib import Path
import flows.analysis, flows.nights.night, layers.border, layers.border.kept, layers.products, layers.sources.files
from flows.publishing.current import current_run
from tests.flows import night_city as town
from tests.flows.faults.killer import in_child, kill_at, watch

base, work, healed_every = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
shapes = {  # what differs from night to night, and files of one kind in one folder
    r"objects/[^/]+": "objects/#",
    r"/(cards|maps|rasters|tables)/[^/]+(\\.\\w+)$": r"/\\1/#\\2",
    r"[0-9a-f]{8,}": "#",
    r"incidents_....-..": "#",
    r"-[a-z0-9_]{8}\\b": "#",
    r"\\d+": "#",
}

def laid_out():
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(base, work, symlinks=True)
    os.environ["HARMSHIFT_STATE"] = str(work / "state")

def night(number=7):
    return town.night(work / "lilleby.yaml", number).exit_code

def listed():
    said = []
    watch(lambda what: said.append(what))
    code = night()
    (work / "writes.json").write_text(json.dumps(said))
    return code

laid_out()
first = current_run(work / "out/lilleby").name
assert in_child(listed) == 0
writes = json.loads((work / "writes.json").read_text())
def kind(what):
    for shape, instead in shapes.items():
        what = re.sub(shape, instead, what)
    return what
points = {kind(what): number for number, what in reversed(list(enumerate(writes, 1)))}
seen = []
for turn, (what, number) in enumerate(sorted(points.items(), key=lambda each: each[1])):
    laid_out()
    code = in_child(lambda: kill_at(number) or night())
    root = work / "out/lilleby"
    found = {"what": what, "code": code, "opens": town.opens(root), "shown": current_run(root).name}
    if turn % healed_every == 0 or "current" in what or "runs" in what:
        found["next"] = in_child(lambda: night(8))
        found |= {"healed": town.opens(root) and current_run(root).name != first, "left": town.leftovers(root)}
    seen.append(found)
print(json.dumps({"first": first, "writes": len(writes), "seen": seen}))
"""


def test_killed_at_every_kind_of_write_readers_see_a_whole_run_and_the_next_night_heals(after_one, tmp_path_factory):
    path, _ = after_one
    script = tmp_path_factory.mktemp("kills") / "script.py"
    script.write_text(SCRIPT, encoding="utf-8")
    every = os.environ.get("HARMSHIFT_HEAL_EVERY", "12")
    done = subprocess.run(
        [sys.executable, str(script), str(path.parent), str(script.parent / "work"), every],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout.splitlines()[-1])
    assert said["writes"] > 100
    assert len(said["seen"]) > 40
    for each in said["seen"]:
        assert each["code"] in (-9, 0), each  # a few writes happen on some nights only
        assert each["opens"], each
        if "next" in each:
            assert each["next"] == 0, each
            assert each["healed"], each
            assert each["left"] == [], each
    assert sum(each["code"] == -9 for each in said["seen"]) >= 0.9 * len(said["seen"])
    assert {each["shown"] for each in said["seen"]} > {said["first"]}  # some died after the switch
    assert sum("healed" in each for each in said["seen"]) >= 8
    assert any(re.search("replace .*current", each["what"]) for each in said["seen"])
    shutil.rmtree(script.parent, ignore_errors=True)
