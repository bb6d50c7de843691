"""What keeps the warehouse small, safe and whole: compaction, purge, backup, restore, doctor. Changes no figure."""
