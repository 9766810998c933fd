#!/usr/bin/env python3
"""The usual door: `.venv/bin/python manage.py …`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gis_core.settings")
    execute_from_command_line(sys.argv)
