"""The marts: one SQL file each, and what runs them. Publishes nothing."""
