"""Checks whether the warehouse is whole, a module for each part. Checks only read; repairs stand in repair.py alone."""
