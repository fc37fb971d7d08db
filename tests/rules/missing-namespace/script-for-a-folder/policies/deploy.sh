#!/bin/sh
here=$(dirname "$0")
oc -n "$NAMESPACE" apply -f "$here/rules"
