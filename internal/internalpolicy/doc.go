// Package internalpolicy is the institution's own rule sets for consumer protection, and that its people have read them (内部制度与阅知).
//
// A policy has versions with the life of all texts that people are held to (internal/edition): the consumer-protection office drafts, senior management
// or the head of legal approves, and a published version is never changed. Each version names its audience: departments with all below them, roles, or
// everybody. Who is in it acknowledges the version once, for herself; a new version asks everybody anew.
//
// Who must have acknowledged on a day are those who were active and in the audience on that day. Who joins later, or comes back, has her own working days
// from then on; who leaves or is suspended counts no more, and what she acknowledged is kept.
//
// It guarantees that nobody acknowledges for another, that an acknowledgement is kept once, and that no version which another has followed, or which is not
// published, is acknowledged. The coverage says too which of the nine rule sets of the PBOC have a policy in force.
//
// It serves handbook §3.1 (PBOC Order 2020 No. 5, article 8) and §11 row 48.
package internalpolicy
