"""The API that scripts rely on; names and shapes are fixed, see docs."""
