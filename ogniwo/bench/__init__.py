"""The bars of performance: ours and the bare references, measured in one run."""
