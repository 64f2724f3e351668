"""Tests of the Panel: what a reseller's people see and do."""
