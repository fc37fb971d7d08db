# Called from the root.
cd rules
kubectl apply -n shop -f netpol.yaml
