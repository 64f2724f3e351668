"""What happened, who did it, and the only way a state may change."""
