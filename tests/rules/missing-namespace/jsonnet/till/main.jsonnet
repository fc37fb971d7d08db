(import 'till.libsonnet')
