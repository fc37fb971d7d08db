#!/bin/sh
kubectl apply -R -f deploy
