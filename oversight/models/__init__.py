"""The record: what joint enforcement leaves behind. It reads cases and events, and never changes them."""
