"""Writes one delivery as a unit's own system would. Knows no unit, no month and no event."""

from demo.writers.render import render, suffix
from demo.writers.style import Format, Style

__all__ = ["Format", "Style", "render", "suffix"]
