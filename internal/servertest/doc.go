// Package servertest runs requests against a whole installation: a real app on a real database, with the demonstration's people and keys, and a
// clock that the test moves. Every answer is checked against the contract, strictly.
package servertest
