"""The sales register: in which month each document's tax falls, and what the accountant gets."""
