#!/bin/sh
for part in web netpol; do
    kubectl apply -f "k8s/$part.yaml"
done
