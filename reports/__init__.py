"""Frames in, documents out. Pure; imports no other room."""
