"""Everything that imports Prefect: the flows, and what they leave in its pages. Does no work itself."""
