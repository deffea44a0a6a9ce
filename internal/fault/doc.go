// Package fault is the one vocabulary for what can go wrong.
//
// A Reason is declared once, beside the rule it belongs to, with a stable code and its public words in English and Chinese.
// A feature returns the Reason itself, or a Fault made from it, with parameters, members of its own and a private cause.
// What a Reason says is public: it never holds a personal value, SQL, or the name of a Go type. What went wrong inside is
// the cause, which is wrapped, logged once at the edge and never shown.
//
// The package knows no status codes: internal/server/problem.go alone turns kinds into answers of HTTP.
package fault
