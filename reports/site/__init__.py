"""The static site of a publication: frames in, pages out. Reads and writes no file, knows no clock."""
