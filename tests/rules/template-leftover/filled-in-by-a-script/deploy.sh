#!/bin/sh
set -e
sed "s/CHANGEME/$APP/" web.yaml | kubectl apply -n shop -f -
