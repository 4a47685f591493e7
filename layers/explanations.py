"""By which formula each layer and finding is computed, and which settings it follows, in words. Computes nothing."""

from dataclasses import dataclass

from layers.city import Words


@dataclass(frozen=True)
class Explanation:
    """A formula in words, and the settings it follows as `section.key`."""

    formula: Words
    parameters: tuple[str, ...] = ()


def _said(nb: str, en: str, *parameters: str) -> Explanation:
    return Explanation(Words(nb=nb, en=en), parameters)


_RULES = ("inference.level", "inference.detection_ratios", "inference.min_placebo_pairs", "inference.seed")
_GATE = ("disclosure.min_count", "disclosure.min_effective_incidents", "disclosure.min_age_days")
LAYERS = {
    "density": _said(
        "Hver hendelse spres over land med en gaussisk kjerne som ikke krysser vann: sum av kjernene, delt på år.",
        "Each incident is spread over land by a Gaussian kernel that crosses no water: the sum of kernels, per year.",
        *("density.bandwidth_m", *_GATE),
    ),
    "hotspots": _said(
        "Det minste området som rommer den oppgitte andelen av periodens hendelser i tetthetskartet.",
        "The smallest area of the density map that holds the declared share of the period's incidents.",
        *("density.bandwidth_m", "density.hotspot_share", *_GATE),
    ),
    "street_density": _said(
        "Hver hendelse spres langs gangnettet og deles likt i hvert kryss: hendelser per km gate og år.",
        "Each incident is spread along the walking network and split equally at junctions: incidents per km and year.",
        "density.street_bandwidth_m",
    ),
    "changes": _said(
        "Tettheten i vinduet etter delt på den før, der forskjellen er for stor til å være tilfeldig.",
        "Density in the window after over that before, where the difference is too large for chance.",
        *("density.bandwidth_m", "inference.seed", *_GATE),
    ),
    "districts": _said(
        "Hendelser talt der de er registrert, per periode og serie; rangen er andelen av folk i mindre utsatte soner.",
        "Incidents counted where they are recorded, per period and series; the rank is the share of people in less "
        "deprived districts.",
        *("deprivation.indicator", *_GATE),
    ),
    "scenes": _said(
        "Hendelser talt i stedets flate, per periode og serie.",
        "Incidents counted on the ground of the place, per period and series.",
        *_GATE,
    ),
    "flows": _said(
        "Minste samlede gangavstand som fører kartet før over i kartet etter; ikke observert flytting.",
        "The least walking in all that turns the map before into the map after; not observed movement.",
        *_GATE,
    ),
}
FINDINGS = {
    "harm_total_change": _said("etter / før - 1, per dag", "after / before - 1, per day", *_RULES),
    "deprivation_of_harm_shift": _said(
        "sum h_etter R - sum h_før R; h er sonens andel av hendelsene, R utsattheten fra 0 til 1 (1 = mest utsatt)",
        "sum h_after R - sum h_before R; h is a district's share of incidents, R its deprivation, 0 to 1 (1 = most)",
        *("deprivation.indicator", "deprivation.more_is", *_RULES),
    ),
    "harm_moved_share": _said(
        "sum over mottakerne av (etter - kappa før), delt på utgangsstedets før; kappa er kontroll etter / før",
        "sum over receivers of (after - kappa before), over the origin's before; kappa is control after / before",
        *("inference.control_beyond_m", *_RULES),
    ),
    "share_in_most_deprived_fifth_change": _said(
        "andel av hendelsene hos den mest utsatte femdelen av folk, etter - før",
        "share of incidents with the most deprived fifth of people, after - before",
        *("deprivation.indicator", *_RULES),
    ),
    "deterrence_vs_displacement": _said(
        "G / L: mottakernes økning over utgangsstedets tap, begge mot kontroll; Fiellers mengde",
        "G / L: the receivers' gain over the origin's loss, both against control; Fieller's set",
        *("inference.control_beyond_m", *_RULES),
    ),
    "displacement_wdd": _said(
        "(endring på utgangssted og hos mottakere) mot kontroll, med varians fra uker",
        "(change at origin and receivers) against control, with a variance from weeks",
        *_RULES,
    ),
    "negative_control": _said(
        "mottakernes etter / (kappa før) - 1 for en serie som ikke kan ha flyttet",
        "the receivers' after / (kappa before) - 1 of a series that cannot have been displaced",
        *("inference.negative_controls", *_RULES),
    ),
    "route_contrast": _said(
        "mottakernes etter / før for én vei inn i registrene, delt på det samme for en annen, - 1",
        "the receivers' after / before by one route into the records, over the same by another, - 1",
        *("inference.route_contrasts", *_RULES),
    ),
}
CAVEATS = (
    Words(
        nb="Registrerte hendelser følger hvor noen ser etter og melder; ikke all skade.",
        en="Registered incidents follow where someone looks and reports; not all harm.",
    ),
    Words(
        nb="Tall på 1-4 og celler med færre enn ti hendelser bak seg vises ikke.",
        en="Counts of 1 to 4 and cells with fewer than ten incidents behind them are not shown.",
    ),
)
