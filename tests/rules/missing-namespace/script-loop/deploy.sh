#!/bin/sh
NAMESPACE=shop
for file in policies/*.yaml; do
  kubectl -n "$NAMESPACE" apply -f "$file"
done
