"""Makes documents and pages from frames. Reads and writes no file, imports no other room."""
