"""Pure polars: bytes to frames, frames to frames. No files, no clock, no database."""
