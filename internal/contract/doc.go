// Package contract holds requests, and in tests answers, against openapi.yaml, the contract that the institution publishes
// to its front ends, its partner channels and the regulator.
//
// It guarantees
//   - that what reaches a handler is what the contract describes, read once: the checked body carries the value that
//     the generated server binds, so that nothing is decoded a second time by other rules;
//   - that all faults are told in one answer, each with its exact JSON Pointer or name, in our own words and with the
//     word that was probably meant: "did you mean";
//   - that no answer repeats a value that was sent, nor a text of the validator, which would;
//   - that a bad element of a bulk request is told apart and does not refuse the others;
//   - that an operation without x-permission keeps the process from starting.
//
// It refuses, as trouble of the program that sends (400): a query string that cannot be read, parameters that are unknown,
// repeated or of a wrong form, JSON that is malformed, members that stand twice, bad UTF-8, lone surrogates and NUL; as
// trouble of the data (422): whatever the schemas refuse, members that they do not name, fractions and exponents where
// an integer is due, numbers beyond their range, and codes that stand in no code list.
//
// Two things it leaves to others: a path parameter of a wrong form names nothing, which the feature answers with 404; a
// header that an operation asks for and that is missing has a status of its own (428) and is judged where it is read.
//
// It serves the api conventions, "Contract" and "Errors". The schemas of OpenAPI 3.1 are JSON Schema 2020-12.
package contract
