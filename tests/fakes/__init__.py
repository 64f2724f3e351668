"""Servers of others, played by ourselves: real sockets, and nothing leaves the machine."""
