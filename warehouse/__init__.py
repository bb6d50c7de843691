"""Every byte kept: landing, lake, marts, published file. The only room that imports duckdb. Decides no verdict."""
