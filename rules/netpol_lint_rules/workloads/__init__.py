"""Rules that hold a policy against the workloads and Services of the repository."""
