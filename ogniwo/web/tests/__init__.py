"""Tests of the kit that all pages are built with."""
