"""What was delivered and decided: written in one transaction, queried by day. Judges nothing."""
