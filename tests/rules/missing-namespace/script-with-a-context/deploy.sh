#!/bin/sh
kubectl config set-context --current --namespace=shop
kubectl apply -f policies/netpol.yaml
