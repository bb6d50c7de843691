"""The reviewed data of reference/, parsed and checked: units, codes, targets, corrections, months. Reads no export."""
