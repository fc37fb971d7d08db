"""Rules that hold a policy against its own name and comments."""
