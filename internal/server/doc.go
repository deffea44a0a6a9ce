// Package server is the HTTP shell: it knows requests, headers and status codes, and nothing of what they are about.
//
// Every request passes the same list of steps in the same order (steps in server.go): who is it, may they at all, does the request
// keep the contract, was it answered before. Then a feature's operation runs, and what it returns or fails with becomes an answer.
// It refuses to start when an operation of the contract has no handler, which the compiler sees, or no permission, which the contract
// package sees. Only problem.go knows status codes.
package server
