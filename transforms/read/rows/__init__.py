"""The rows below a header: what each is, and when a whole table is refused. Reads no value of a number."""
