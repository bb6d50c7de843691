"""From a file's bytes to a filings frame. Knows formats and headers, no rule and no unit."""
