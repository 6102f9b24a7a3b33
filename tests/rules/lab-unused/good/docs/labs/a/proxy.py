"""A module of the lab."""
