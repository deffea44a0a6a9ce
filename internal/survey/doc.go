// Package survey asks consumers whose complaints were closed how satisfied they are (满意度调查).
//
// It guarantees that a rule and nobody's hand chooses whom: each complaint that is closed is looked at once, and its complainant is invited if she has consented to surveys, or it is
// kept why not; that nobody is invited twice within the cool-off; that consent is asked again before each letter, so that a withdrawal keeps every letter back that waits; that a link
// works once and for two weeks; that letters go out in office hours of working days, one that fails again later; and that fewer than five answers are never shown, by a subtraction
// neither: results are those of calendar months that are over, and a department is left out when the rest could be told by it.
//
// It refuses a link that is wrong, was used or has ended with one and the same answer, and an answer with questions left out. It never shows who answered what. Letters are
// e-mails; who has only a telephone number is not invited by this system, and the results say how many these are. A link has 256 random bits of which the hash alone is kept: it cannot be
// guessed, whatever the number of tries. A letter is sent at least once: one that was handed in just before a process died is sent again, with a link of its own to the same survey.
//
// An answer that is a complaint becomes one in the same transaction, received at the instant of the answer.
//
// It serves handbook §3.1 article 30 (a separate free choice with an opt-out) and §11 rows 33 and 49. The days are in config/rulesets, the questions and letters in config/surveys.
package survey
