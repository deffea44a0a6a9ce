//go:build profile

// This file stands beside the server's main.go in the binary that scripts/bench builds, and in no other: it lets the benchmark ask where the time goes.

package main

import (
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func init() {
	path := os.Getenv("PROFILE_SOCKET")
	if path == "" {
		return
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		panic(err)
	}
	go func() { panic(http.Serve(l, nil)) }()
}
