"""What was delivered and decided: written in one transaction, asked for by the day. Judges nothing."""
