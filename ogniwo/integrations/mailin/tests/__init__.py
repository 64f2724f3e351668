"""Tests of inbound mail."""
