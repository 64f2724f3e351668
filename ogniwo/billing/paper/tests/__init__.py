"""Tests of the invoice sheet."""
