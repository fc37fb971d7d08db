"""Rules about what the API server refuses."""
