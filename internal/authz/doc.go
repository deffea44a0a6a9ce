// Package authz decides who may do what, where, and at which stage.
//
// The policy is a list of sentences, "the complaint centre's handler may accept a complaint in intake, those of the own
// department". Casbin is asked which of them hold for a role, a kind of department, an object, a stage, an act and a row
// scope; what it answers is compiled into one Filter, which judges a row in memory and selects the same rows in SQL.
//
// It guarantees
//   - that a list, a count, a search, a chart and an export show exactly the rows that reading one by one would allow,
//     because all of them ask the same Filter (never-and-must 14);
//   - that whoever is named in a complaint gets none of it, whatever the policy says (never-and-must 7);
//   - that an API key may what its scopes and the kind of its owner both allow, and no more (never-and-must 15);
//   - that a refusal names the permission, to whom it is granted and at which stage (never-and-must 25), and that an
//     explanation gives the answer which the request would get (never-and-must 27).
//
// It refuses a policy with a word that it does not know, a line twice, or roles that inherit in a circle, and tells all
// faults at once (never-and-must 18). What it is asked and does not know is denied: an object, an act, a role, a scope,
// an actor without roles, a column that the caller did not name.
//
// An Engine never changes. A new policy is a new Engine, built aside and put in force by one swap (never-and-must 30);
// its memo goes with it. Nothing is remembered by user or row, so that a move to another department, a suspension or an
// assignment takes effect at the next call (never-and-must 16, 17).
//
// Whether a step is legal now is not asked here: that is the table of the workflow.
package authz
