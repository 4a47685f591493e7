"""How tests run everywhere: property tests draw the same cases each time and are not timed."""

from hypothesis import settings

settings.register_profile("harmshift", derandomize=True, deadline=None, print_blob=False)
settings.load_profile("harmshift")
