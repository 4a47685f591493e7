"""Fjordby: a fictional fjord city whose truth is known. Holds no file format; layers/sources/simulated.py stores it."""

from layers.simulation.simulate import SimulatedCity, simulate

__all__ = ["SimulatedCity", "simulate"]
