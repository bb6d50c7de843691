"""What of a shared file is whose: units, totals, and rows of nobody known. Reads no file and judges no figure."""
