"""The gate of all published sums of counts: each table by its own rules, then all as one system of equations."""

from layers.disclosure.audit.gate import Counted, gate_sums
from layers.disclosure.audit.sums import Shown

__all__ = ["Counted", "Shown", "gate_sums"]
