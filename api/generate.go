package api

//go:generate ../scripts/generate
