"""Letters that wait for the worker, and the worker's turns."""
