"""What the monthly report says: sentences, tables, charts, changes. Knows no file format."""
