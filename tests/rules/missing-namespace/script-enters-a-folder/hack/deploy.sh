#!/bin/sh
set -e
cd "$(dirname "$0")/../policies"
kubectl --namespace shop apply -f .
