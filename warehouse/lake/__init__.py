"""The DuckLake lake: opened, its tables and its data files. Computes no rate."""
