"""The files that BI tools open: written, audited, switched, read. Computes no figure."""
