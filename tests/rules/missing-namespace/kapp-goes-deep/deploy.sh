#!/bin/sh
kapp deploy --yes --app shop --namespace shop --file config
