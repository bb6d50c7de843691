"""The reviewed data of reference/, checked: units, codes, targets, corrections, months, the calendar. Reads no export."""
