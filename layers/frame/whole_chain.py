"""The comparison of the first with the last period, declared by itself where a city declares none. Compares nothing."""

from layers.city import City, Step
from layers.errors import ConfigError
from layers.frame.chain import matched_windows


def with_whole_chain(city: City) -> City:
    """Return the city with a step from its first to its last period, as the last of its steps.

    Its origin is that of the steps that leave the first period, its receivers all other scenes that received in any
    step. A city that declares such a step, declares `whole_chain: false`, has no step from the first period, or whose
    two periods have no days to compare is returned as it is.
    """
    first, last = city.periods[0].id, city.periods[-1].id
    leaving = [step for step in city.steps if step.from_period == first]
    if not city.whole_chain or not leaving or any(step.to_period == last for step in leaving):
        return city
    origin = dict.fromkeys(scene for step in leaving for scene in step.origin)
    receivers = dict.fromkeys(scene for step in city.steps for scene in step.receivers if scene not in origin)
    if not receivers:
        return city
    said = {"from": first, "to": last, "origin": tuple(origin), "receivers": tuple(receivers)}
    step = Step.model_validate(said)
    try:
        matched_windows(city, step)
    except ConfigError:
        return city
    return city.model_copy(update={"steps": (*city.steps, step)})
