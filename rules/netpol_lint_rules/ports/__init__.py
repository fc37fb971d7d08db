"""Rules about port numbers, ranges and protocols."""
