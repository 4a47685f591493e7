"""Density of registered incidents on the ground and along streets, its hot spots and its change. Judges nothing."""
