// Package rectification is what mends the causes that complaints have shown (整改): each root cause gets a measure, an owner and a due date, and
// somebody other than the owner verifies the effect.
//
// A rectification is a record of its own. It may grow out of several complaints and findings, and each of them may have several; it keeps no complaint
// open and outlives its withdrawal. Of a finding it is the action: that it was opened, and that its effect was verified, is told there at once. It belongs to the department that opened it and to the one that owns it.
//
// It guarantees that whoever is named in one of its complaints neither sees nor counts nor owns it, that an owner is active and may say that
// it is done, that whoever owns or ever completed it, or answers for a finding of it, does not verify it, that a due date which has passed is not moved, that a measure without effect is open again with a date of its own, that nobody
// learns through it of a complaint or finding that she may not read, and that its texts show no consumer to anybody.
//
// It serves handbook §1.2 (溯源整改) and §11 row 21. The days within which each severity is mended are the institution's own (config/rulesets).
package rectification
