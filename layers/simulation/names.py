"""The invented names of Fjordby: districts and streets. Holds words only."""

DISTRICTS = (
    "Lyngnes", "Havnås", "Solvikhaugen", "Krokdalen", "Bjørkemyra", "Ytre Skarven", "Indre Skarven", "Nordlia",
    "Tjernbakken", "Fagerlundet", "Brattholmen", "Steinvika", "Kvernsletta", "Rognehagen", "Hegreneset", "Alvelund",
    "Marihaugen", "Fiskarstranda", "Gråmyra", "Vindåsen", "Hasselvollen", "Ospedalen", "Seljestranda", "Kleivane",
    "Tårnhøgda", "Mølleslettet", "Sauelia", "Bakkegrenda", "Lerkelia", "Naustvollen",
)  # fmt: skip

_FIRST = (
    "Linerle", "Skomaker", "Tårn", "Seilmaker", "Rosen", "Kvern", "Bøkker", "Nype", "Svale", "Bryggje", "Alke",
    "Hagtorn", "Reiper", "Kobber", "Lerke", "Tranbær", "Notmaker", "Skip", "Kaprifol", "Teglverks", "Stær", "Fyr",
    "Hyllebær", "Garver", "Fiske", "Vipe", "Kirsebær", "Salt", "Smie", "Einer", "Plomme", "Terne",
)  # fmt: skip
_SECOND = ("gata", "veien", "bakken", "smauet")


def street_name(number: int) -> str:
    """Return the invented name of street `number`; the first 128 differ."""
    first, second = _FIRST[number % len(_FIRST)], _SECOND[(number // len(_FIRST) + number) % len(_SECOND)]
    return f"{first}{second}"
