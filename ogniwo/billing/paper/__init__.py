"""The invoice as a sheet of paper: a PDF drawn from the frozen copy and nothing else."""
