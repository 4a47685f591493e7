"""How streets and incidents of the street map fit together: snapping and separate networks, in words for readers."""

from collections.abc import Iterator
from dataclasses import dataclass

from geo.network.report import Connectedness, Snapping
from layers.city import City, Words
from layers.disclosure.openness import shown_as_published
from layers.findings.numbers import number

ISLANDS_FROM = 0.01  # of the length outside the largest network: less is loose ends of drawing


@dataclass(frozen=True)
class StreetQuality:
    """What the map along streets rests on.

    Attributes
    ----------
    snapping : of the incidents of the headline series in the counted periods
    connectedness : of the walking network
    step_m : length of the pieces that streets are cut into
    """

    snapping: Snapping
    connectedness: Connectedness
    step_m: float


def street_notices(quality: StreetQuality | None, city: City) -> tuple[Words, ...]:
    """Return what a reader of the street map must know; nothing without one.

    The largest distance is left out: it is one incident's own.
    """
    if quality is None:
        return ()
    return (*_snapped(quality.snapping, city), *_separate(quality.connectedness))


def _written(count: int) -> tuple[str, str]:
    return number(count, "nb", decimals=0), number(count, "en", decimals=0)


def _snapped(snapping: Snapping, city: City) -> Iterator[Words]:
    limit = f"{snapping.within_m:.0f} m"
    if snapping.snapped >= city.disclosure.min_count:
        median, p95 = f"{snapping.median_m:.0f} m", f"{snapping.p95_m:.0f} m"
        yield Words(
            nb=f"Kartet langs gater flytter hver hendelse i hovedserien til nærmeste gate: halvparten høyst {median}, "
            f"95 % høyst {p95}.",
            en="The map along streets moves each incident of the headline series to the nearest street: half of them "
            f"by {median} at most, 95% by {p95} at most.",
        )
    if snapping.refused:
        few = snapping.refused < city.disclosure.min_count and not shown_as_published(city)
        fewest = city.disclosure.min_count
        nb, en = (f"Færre enn {fewest}", f"Fewer than {fewest}") if few else _written(snapping.refused)
        of_nb, of_en = _written(snapping.snapped + snapping.refused)
        yield Words(
            nb=f"{nb} av {of_nb} hendelser i hovedserien ligger mer enn {limit} fra alle gater og er ikke på kartet "
            "langs gater.",
            en=f"{en} of {of_en} incidents of the headline series lie more than {limit} from every street, and are not "
            "on the map along streets.",
        )


def _separate(connected: Connectedness) -> Iterator[Words]:
    if not connected.separate or connected.share_of_length[0] > 1 - ISLANDS_FROM:
        return
    share = f"{100 * connected.share_of_length[0]:.1f}"
    yield Words(
        nb=f"Gatenettet er i {connected.separate} deler som ikke henger sammen; den største har "
        f"{share.replace('.', ',')} % av lengden. Ingenting spres fra en del til en annen.",
        en=f"The street network is in {connected.separate} parts that do not join; the largest has {share}% of the "
        "length. Nothing spreads from one part to another.",
    )
