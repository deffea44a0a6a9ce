// Package api is the contract in Go: the types and the server interface that api.gen.go holds are generated from the pages in
// spec/, merged into the published ../openapi.yaml. It knows nothing of the rest.
//
// A page belongs to a feature: its paths and its schemas. The shared ones (Problem, Page parameters, Money) stand in _root.yaml.
package api
