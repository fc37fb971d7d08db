"""Rules about the namespace that a policy, and the names in it, really belong to."""
