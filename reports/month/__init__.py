"""The content of the monthly report: sentences, tables, charts, changes. Knows no file format."""
