"""Brings a table whose form a person has written down (tyle.toml) to the usual one. Discovers no form by itself."""
