#!/bin/sh
kubectl apply -n shop -f policies/other.yaml
kubectl apply -f policies/netpol.yaml
kubectl get pods -n shop
