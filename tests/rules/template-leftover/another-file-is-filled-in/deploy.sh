#!/bin/sh
set -e
sed "s/CHANGEME/$APP/" config.yaml | kubectl apply -f -
kubectl apply -f web.yaml
