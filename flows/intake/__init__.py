"""From the sources to the lake: pull, land, check, commit. Publishes nothing."""
