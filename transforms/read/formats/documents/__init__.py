"""JSON, XML and HTML as rows. Looks for no header."""
