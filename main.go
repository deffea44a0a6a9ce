// Command xiaobao runs the consumer-protection work of a financial institution as an API (消保).
package main

import (
	_ "embed"
	"os"
	_ "time/tzdata" // a container image may have no zones of its own

	"xiaobao/internal/app"
)

//go:embed openapi.yaml
var contract []byte

func main() {
	os.Exit(app.Run(os.Args[1:], contract, os.Environ(), os.Stdout, os.Stderr))
}
