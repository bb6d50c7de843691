"""Everything that imports Prefect: the flows, their artifacts and events, the server. Does no work itself."""
