"""What BI tools open: written, audited, switched, read. Computes no figure."""
