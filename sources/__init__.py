"""Pulls the bytes of exports from where units put them. Reads no file format, stores nothing."""
