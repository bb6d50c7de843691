"""Workbooks of Excel and OpenDocument, and what their styles show. Looks for no header."""
