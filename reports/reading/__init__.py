"""The page that shows how one file was read."""
