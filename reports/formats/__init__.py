"""The report as Word, Excel, PDF and HTML. Writes no sentence and computes no figure."""
