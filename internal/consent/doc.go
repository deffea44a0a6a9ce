// Package consent is what consumers agreed to (授权同意): the text on which each purpose asks for it, what each consumer said, and whether her data may
// be used.
//
// It guarantees that a consent rests on the version of the text that was in force when it was given, that a withdrawal holds from the moment it is
// committed, in every process and whatever was recorded before, that it is as easy as the consent was, and that a decision is at most one look at one
// index. A use that rests on law is allowed without asking anybody.
//
// It refuses to ask consent for what needs none, to bundle purposes, to ask again soon after a refusal or withdrawal, and a text that its drafter approved.
// It never shows a consumer unmasked. Records under a telephone number, an identity number and a customer's reference are not joined: whoever asks
// names the consumer by all that is known of her, and the strictest answer holds.
//
// What a partner records changes nothing of a refusal or withdrawal that it did not record itself, and its answers tell it nothing of what others
// recorded: it is kept under a key of its own, beside the one by which uses are decided.
//
// It serves handbook §3.1 articles 29 to 33, §4.1 (PIPL articles 13 to 17, no frequent asking after a refusal) and §11 rows 33 and 40. The length of
// the cool-off is the institution's own (config/rulesets).
package consent
