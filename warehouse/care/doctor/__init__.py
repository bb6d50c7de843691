"""Is the warehouse whole? A module for each thing looked at; each only looks. Repairs stand in repair.py alone."""
