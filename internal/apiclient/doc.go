// Package apiclient is who may call without being a person (合作机构与监管机构接口): partners that post complaints, and regulators that pull
// reports, each with keys.
//
// It guarantees that a key can do no more than its scopes and its client's kind, whichever is less, that only a hash of it is stored, and
// that revoking a key or suspending its client counts from the next request on, in every process. A key never belongs to a person.
package apiclient
