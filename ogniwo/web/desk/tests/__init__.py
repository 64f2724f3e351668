"""Tests of the Console."""
