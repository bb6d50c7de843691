"""Reads tyle.toml, the environment and reference/ once into frozen models. Opens no lake and pulls nothing."""
