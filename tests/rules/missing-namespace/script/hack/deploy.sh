#!/bin/sh
set -eu
kubectl apply \
  --namespace shop \
  -f policies/netpol.yaml
