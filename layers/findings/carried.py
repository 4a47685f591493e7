"""What findings by deprivation must say where the indicator was measured for other areas than districts. No figure."""

from layers.city import City, Words

_BY = {
    "area": Words(
        nb="Utsatthet er målt for andre områder enn sonene og regnet om etter areal, som om folk bodde jevnt i dem.",
        en="Deprivation was measured for other areas than the districts and carried over by area, as if people lived "
        "evenly within them.",
    ),
    "people": Words(
        nb="Utsatthet er målt for andre områder enn sonene og regnet om etter hvor folk bor i dem.",
        en="Deprivation was measured for other areas than the districts and carried over by where people live in them.",
    ),
}


def carried_said(city: City) -> tuple[Words, ...]:
    """Say how the indicator came to the districts; nothing where it was measured for them."""
    how = city.indicators_carried_by
    return () if how is None else (_BY[how],)
