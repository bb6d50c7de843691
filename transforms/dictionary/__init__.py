"""The columns of tables and exports: types, labels, contracts. Knows no file, no rule and no figure."""
