#!/usr/bin/env python
"""Django's own entry point, reached as `bin/ogniwo manage`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ogniwo.settings")
    execute_from_command_line(sys.argv)
