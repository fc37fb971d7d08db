"""netpol-lint: what a Kubernetes NetworkPolicy really allows, against what its author meant."""

__version__ = "0.1.0"
