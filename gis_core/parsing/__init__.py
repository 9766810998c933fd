"""The formats, as the limited process parses them; `gis_core.reading` starts it and is what others import.

Kept light: this package is imported anew for every file, so it takes nothing that one format alone needs.
"""
