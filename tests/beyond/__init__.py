"""A lake that several machines share, on a real PostgreSQL and a real S3 server."""
