"""The commands of `tyle`, a module for each kind of work: each parses, calls and prints; none does the work itself."""
