"""Letters that come to the contact address: read, weighed, sorted, and acted upon."""
