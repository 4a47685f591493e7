"""Errors a user can mend: shown without a traceback. Bugs are any other exception."""

from typing import Literal

Fault = Literal["unreachable", "refused", "changed", "incomplete", "stale"]


class UserError(Exception):
    """What is wrong, where, and how to mend it, in one message. Never holds a coordinate of an incident."""


class ConfigError(UserError):
    """A city's YAML, or a file beside it, says something that cannot be."""


class SourceError(UserError):
    """A source that cannot be read, or is not what it claims to be.

    `fault` tells what kind of trouble: nobody answers (unreachable), the owner says no (refused), the data are not what
    they were (changed), an answer that stops short (incomplete), or a last good snapshot that is too old (stale).
    """

    def __init__(self, message: str, *, fault: Fault = "changed") -> None:
        super().__init__(message)
        self.fault = fault


class ContractError(UserError):
    """A table that does not keep its contract, with up to ten of its violations."""


class PublishError(UserError):
    """Outputs that cannot be written or would break a rule of publication."""
