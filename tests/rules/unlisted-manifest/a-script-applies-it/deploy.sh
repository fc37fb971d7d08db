#!/bin/sh
kubectl apply -k k8s
kubectl apply -f k8s/netpol.yaml
