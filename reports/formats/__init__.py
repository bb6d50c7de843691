"""The report as Word, Excel, PDF and HTML. Writes no sentence, computes no figure."""
