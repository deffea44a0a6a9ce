// Package accessreport tells a consumer who looked at her data (个人信息查阅记录): the day, the department, the purpose, and on what it rests.
//
// It guarantees that each unmasked look at her contact or identity data is in it, as the audit trail has it, and nothing else: no name of who looked, no other
// consumer. Who is named in a complaint gets nothing of it, and each report leaves an audit entry.
//
// It refuses a question that names nobody, or names her in two ways that may disagree, and a value that several consumers share, as a family does a
// telephone: then a complaint, or the identity number, must say who is meant.
//
// It serves PIPL articles 44 and 45 (to know of, and be given, the handling of one's data).
package accessreport
