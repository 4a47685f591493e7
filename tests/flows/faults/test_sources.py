"""Sources that fail at night: their last good state stands in, ages, and is refused; the night they are back heals."""

import json
from datetime import timedelta

import pytest

from flows.nights import heartbeat
from flows.publishing.current import current_run
from tests.flows import night_city as town
from tests.peers.http import json_answer, serving
from tests.peers.services import socrata

pytestmark = pytest.mark.slow


@pytest.fixture
def peer(folder):
    """A service whose incidents are those of the night."""
    records = []
    with serving({"socrata": socrata(records)}) as peer:
        path = town.write_town(folder, peer.address)

        def night(number, **choices):
            records[:] = town.served(town.NIGHT.date() + timedelta(days=number), per_day=1.0)
            return town.night(path, number, **choices)

        assert night(0).outcome == "published"
        yield peer, night, folder / "out/lilleby"


def test_source_gone_for_a_week(peer):
    service, night, root = peer
    service.fault, before, seen, editions = "gateway_timeout", current_run(root).name, [], []
    for number in range(1, 9):
        done = night(number)
        seen.append(done.exit_code)
        assert town.opens(root)
        if done.exit_code == 3:
            assert done.warnings[0].key == "stands in: records: unreachable"
            assert f"Its last good state, {number}.0 days old, was used" in done.warnings[0].text
            said = (root / "current/summary.md").read_text(encoding="utf-8")
            assert f"records is as of {town.NIGHT.date()}:" in said
            editions.append(json.loads((root / "current/maps/edition.json").read_text(encoding="utf-8"))["number"])
    assert editions == [2] * 5  # that a source is down is told once, not issued anew each night
    assert seen == [3, 3, 3, 3, 3, 1, 1, 1]  # max_age_days: 5
    assert "older than the 5 days of max_age_days" in done.message
    assert current_run(root).name != before
    service.fault = None
    healed = night(9)
    assert (healed.exit_code, healed.outcome, healed.warnings) == (0, "published", ())
    assert "records is as of" not in (root / "current/summary.md").read_text(encoding="utf-8")


def manifest(root):
    return json.loads((root / "current/manifest.json").read_text(encoding="utf-8"))


def test_the_archive_address_gives_the_night_and_every_product_says_so(peer, folder):
    service, night, root = peer
    with serving(dict(service.services)) as archive:
        path, own = folder / "lilleby.yaml", f"address: {service.address}/socrata\n"
        path.write_text(path.read_text().replace(own, f"{own}    archive_address: {archive.address}/socrata\n"))
        service.fault = "gateway_timeout"
        done = night(1)
        assert (done.exit_code, done.outcome) == (3, "published")
        (warned,) = done.warnings
        assert warned.key == "archive: records: unreachable"
        assert "answers with status 504" in warned.text
        assert "Its archive address gave the data instead" in warned.text
        said = (root / "current/summary.md").read_text(encoding="utf-8")
        assert "records is from the archive address: the source could not be reached." in said
        taken = next(s for s in manifest(root)["snapshots"] if s["source_id"] == "records")
        assert taken["from_archive"] == "unreachable"
        assert (taken["address"], taken["stands_in"]) == (f"{archive.address}/socrata", None)
    service.fault = None
    healed = night(2)
    assert (healed.exit_code, healed.outcome) == (0, "published")
    assert "archive address" not in (root / "current/summary.md").read_text(encoding="utf-8")
    assert not any(s["from_archive"] for s in manifest(root)["snapshots"])


def test_server_unreachable_mid_run_and_schema_changed_overnight(peer):
    service, night, root = peer
    whole, asked = service.services["socrata"], []

    def dies(request):
        asked.append(request)
        return whole(request) if len(asked) < 2 else json_answer({"message": "worker died"}, 502)

    service.services["socrata"] = dies
    done = night(1)
    assert (done.exit_code, done.outcome) == (3, "published")
    assert len(done.warnings) == 1
    service.services["socrata"] = lambda _: json_answer({"message": "No such column: kind"}, 400)
    done = night(2)
    assert done.exit_code == 3
    assert done.warnings[0].key == "stands in: records: changed"
    assert "Mend the source" in done.warnings[0].text
    service.services["socrata"] = whole
    assert night(3).exit_code == 0
    assert town.opens(root)


def test_ten_times_the_volume_is_held_back_until_a_person_has_looked(peer):
    _, night, root = peer
    before = current_run(root)
    extra = town.served(town.NIGHT.date() + timedelta(days=1), per_day=1.0)[-1]
    flood = [extra.moved(case_no=f"F{i}", occurred=town.NIGHT, updated=town.NIGHT) for i in range(60)]
    served = town.served
    try:
        town.served = lambda *args, **named: served(*args, **named) + flood
        held = night(1)
        assert (held.exit_code, held.outcome) == (1, "drift")
        assert "not published, since figures drifted" in held.message
        assert "times the usual" in held.message
        assert held.message.endswith("harmshift nightly lilleby --accept-drift")
        assert current_run(root) == before
        assert town.opens(root)
        accepted = night(1, accept_drift=True)
        assert (accepted.exit_code, accepted.outcome) == (0, "published")
        assert night(2).exit_code == 0
    finally:
        town.served = served


def test_zero_new_incidents_cost_a_look_alone(peer, folder):
    service, _, root = peer
    before = current_run(root)
    asked = len(service.requests)
    records = town.served(town.NIGHT.date(), per_day=1.0)
    assert records
    again = town.night(folder / "lilleby.yaml", 1)
    assert (again.exit_code, again.outcome, again.message) == (0, "unchanged", f"nothing new; {before.name} stands")
    assert current_run(root) == before
    assert len(service.requests) > asked
    beat = heartbeat.read(folder / "state", "lilleby")
    assert beat.last_good_at == town.NIGHT + timedelta(days=1)
    assert beat.sources == {"records": 0.0, "areas": 0.0, "places": 0.0}
