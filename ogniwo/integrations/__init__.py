"""What talks to the world outside: one folder each, deletable, none knows another."""
