// Package store is the one door to the database: nobody else holds a connection.
//
// Write changes rows, Read looks at them, Snapshot looks at one consistent state for long, Maintain keeps the store's own
// tables. A function that takes a *View reads, one that takes a *Tx writes; a *Tx is gone when its Write ends.
//
// Write guarantees that a change and its audit entry are committed together or not at all, that an idempotency key and
// the effect it stands for are one, that a clash with another writer is tried again, and that nothing is written outside. It refuses,
// with a sentence, a Write inside a Write, a changed row without an audit entry, and a row whose columns have no audit decision.
//
// Rows carry two tags: gorm, and audit, which is track (the values stand in the audit entry), secret (only that it changed) or
// ignore. The store knows nothing of what the rows mean.
package store
