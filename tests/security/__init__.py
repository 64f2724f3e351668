"""What nobody may do, tried by everybody."""
