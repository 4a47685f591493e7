"""Unattended nights: what is due, what is new, how far it may drift, who is told, what is kept."""
