"""The record for other systems."""
