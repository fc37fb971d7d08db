FILES = ["netpol.yaml"]
