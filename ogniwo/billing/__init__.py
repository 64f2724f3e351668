"""What clients pay: billing details, invoices, payments."""
