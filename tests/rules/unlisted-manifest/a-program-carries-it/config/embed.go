package config

//go:embed k8s/*.yaml
var Files embed.FS
