"""Where bytes are kept: folders, buckets, locks, landed originals. Knows no table."""
