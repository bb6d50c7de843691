"""What keeps the warehouse small, safe and whole: compaction, purge, backup, doctor. Changes no figure."""
