"""Banks' files as they really come, and as nobody should ever send them."""
