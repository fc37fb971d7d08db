"""Rules about what clusters and clouds bring along: DNS, the API server, the metadata service."""
