"""Plain Python the business rests on: days, money, numbers, names; no Django."""
