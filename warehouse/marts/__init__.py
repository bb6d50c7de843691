"""The marts: one SQL file each, with its documentation; and the code that runs them. Publishes nothing."""
