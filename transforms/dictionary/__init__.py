"""What every table and export says: columns, types, labels, contracts. Knows no file, no rule and no figure."""
