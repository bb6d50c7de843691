"""The static site of a publication, made from frames. Reads and writes no file, reads no clock."""
