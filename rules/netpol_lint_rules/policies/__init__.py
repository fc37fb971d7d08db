"""Rules about the set of policies of a namespace."""
