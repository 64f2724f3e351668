"""The instruction, point by point: one story for each, told through pages, letters and commands."""
