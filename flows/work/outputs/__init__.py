"""What a run leaves: marts published, pages, the report. Takes nothing in and judges nothing."""
