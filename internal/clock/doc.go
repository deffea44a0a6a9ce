// Package clock keeps a deadline as a ledger, for any subject.
//
// A clock is armed on a day, with a limit from a rule set or with a date that somebody else has written; what happens to
// it afterwards is entered, never overwritten: extended, breached, met, ended. Its due date follows from the ledger, and
// a due date that moved says when, by whom and why (handbook §1.14).
//
// A statutory clock is met by the act of giving notice and by nothing earlier. The instant of the act decides: before
// 24:00 of the due date in the institution's time zone it is timely, from then on late. A breach happens at that instant,
// whenever it is noticed, and a breached clock runs on until the act is done. An act in time that is recorded late is
// still in time; the breach that was entered meanwhile stays on the ledger as what was then known.
//
// The package refuses an extension once the running limit is over, and one beyond the longest limit of the rule. It asks
// no clock for the time and stores nothing.
package clock
