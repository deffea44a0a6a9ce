// Package finding is what was found wrong and has to be mended (发现问题): a consumer's right that a decision says was infringed, a standard that was
// not kept, what somebody saw. A finding has a department and an owner, a severity and a date; the action that mends it is a rectification, whose effect
// somebody else verifies; then it is closed, and open again when the effect did not last.
//
// It guarantees that one thing has one open finding, however many find it at once, that whoever is named in the complaint from which it came neither sees
// nor counts it, that nobody learns through it of a record that she may not read, and that its texts show no consumer to anybody. A finding without an
// owner is the head's of its department, and the consumer-protection office sees every one of them.
//
// It refuses to be closed by hand: only an effect that was verified closes it. It serves handbook §2 (权益维护), §11 rows 21 and 49. The days within which
// each severity has to be mended are the institution's own (config/rulesets).
package finding
