"""Random histories of a few units, taken through the product in several ways and held against an oracle in Python."""
