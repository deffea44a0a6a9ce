// Package rightsnotice is what consumers are told of their rights before a transaction, and the proof that they were (权益告知).
//
// A notice has versions with the life of all texts that people are held to (internal/edition): the consumer-protection office drafts, the legal
// department approves, and a published version is never changed. Dated requirements (config/requirements) say which notice is due before which kind of
// transaction. Selling systems post proofs of what they gave; for a complaint about a sale, the provenance puts side by side what was due that day
// and what was given.
//
// It guarantees that a proof is kept once however often it is sent, that one given late or in a version no longer in force is kept as what it is and
// never as what it should have been, and that the same facts give the same digest. It takes nothing about the consumer.
//
// It serves handbook §2 (信息披露), §3.1 (article 18: kept at least 3 years after the business relationship ends; nothing here deletes a proof) and §11 row 31.
package rightsnotice
