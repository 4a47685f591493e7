"""What was expected before a decision, beside what the run finds; and the help that expulsions cut off."""

from collections.abc import Sequence

from geopandas import GeoDataFrame
from pandas import DataFrame

from layers.city import City, Words
from layers.city.facts import Facts
from layers.disclosure.release import Finding

EXPULSION = "expulsion"


def expectation_table(facts: Facts, findings: Sequence[Finding], city: City) -> DataFrame:
    """Return every expectation with the verdict from published facts and why, and what this run says of it.

    The two are apart: the first rests on what was published, the second on the incidents of the run, which may be
    simulated. `run_*` are those of the first finding of the kind for the headline step and series.
    """
    step, series = city.steps[0].id, city.harm.series[0].id
    rows = []
    for one in facts.expectations:
        beside = [f for f in findings if (f.kind, f.step, f.series) == (one.finding, step, series)]
        found = next((f for f in beside if f.headline), beside[0] if beside else None)
        row = {
            **one.model_dump(exclude={"source_id", "confidence", "note"}),
            "source": one.source_id,
            "confidence": one.confidence,
            "run_finding": None if found is None else found.id,
            "run_verdict": None if found is None else found.verdict,
            "run_nb": None if found is None else found.statement.nb,
            "run_en": None if found is None else found.statement.en,
        }
        rows.append(row)
    return DataFrame(rows)


def help_cut_off(facts: Facts, zones: GeoDataFrame, access: DataFrame, city: City) -> Words | None:
    """Say which help expulsions cut off; None where no expulsions are known."""
    if not any(row.kind == EXPULSION for row in facts.interventions):
        return None
    if zones.empty or not zones["kind"].isin(city.help.barred_by).any():
        return Words(
            nb="Hvilken hjelp bortvisningene stengte ute fra, kan ikke regnes ut fordi sonenes grenser ikke er utgitt.",
            en="Which help the expulsions cut off is not computable because the outline of the zones is not published.",
        )
    if access.empty:
        nb, en = "Ingen hjelp er oppgitt, så det kan ikke regnes ut.", "No help is declared, so it is not computable."
        return Words(nb=nb, en=en)
    cut = access[(access["open_services"] > 0) & ~access["reachable"].astype(bool)]
    stamp = ("SIMULERT: ", "SIMULATED: ") if city.simulated else ("", "")
    return Words(
        nb=f"{stamp[0]}I {len(cut)} av {len(access)} tilfeller (sted, periode og slag hjelp) nås ingen åpen hjelp uten "
        "å gå inn i en sone.",
        en=f"{stamp[1]}In {len(cut)} of {len(access)} cases (place, period and kind of help) no open help is reached "
        "without entering a zone.",
    )
