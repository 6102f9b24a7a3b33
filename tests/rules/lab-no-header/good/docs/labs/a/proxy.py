"""A module that a program imports needs no header."""
