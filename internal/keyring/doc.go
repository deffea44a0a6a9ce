// Package keyring keeps the keys of an installation: opened with the key file, followed while they change, rotated, retired, and what older keys
// sealed sealed again.
//
// What it guarantees:
//   - Whoever changes the keys changes those that she saw: of two at once one is told. Each change stands in the audit trail.
//   - A running process opens what another one sealed under a newer key at once, and seals with that key itself within two seconds. One that
//     cannot have the newer key stores nothing sealed.
//   - Re-sealing changes no version, no instant and no audit entry. It may be stopped and killed at any point, beside any work, and be run again.
//   - A key is destroyed only when nothing is sealed under it and no transaction is under way that may still write such a value.
//
// What it refuses: to destroy a key that is in use, may be in use, or seals; and a change on top of one that was not seen.
//
// What it does not do: the key of the blind indexes is never changed. An index says nothing of its key, and a search by two keys at once would be
// needed while they change.
package keyring
