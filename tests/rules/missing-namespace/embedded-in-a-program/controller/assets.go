package controller

import "embed"

//go:embed assets/*.yaml
var assets embed.FS
