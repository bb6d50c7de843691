"""What tyle.toml, the environment and reference/ say, read once into frozen models. Opens no lake, pulls nothing."""
