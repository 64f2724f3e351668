"""Two who meet: of each pair one wins, and nothing of the other remains."""
