// Package app is the only place that knows everyone: it wires the features to the database, the keys, the rules and the shell, and holds the
// commands of the binary.
package app
