"""Rules about the items of `ingress` and `egress`."""
