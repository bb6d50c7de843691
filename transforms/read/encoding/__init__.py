"""From a text file's bytes to its text. Knows no table."""
