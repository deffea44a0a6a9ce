// Package codelist holds the code lists (代码表) by which complaints are classified: source, channel, business, cause,
// region, outcome and the rest, each a dated file that an institution may replace by its own.
//
// A record carries a code, never a label. What the package guarantees: every code of a loaded list has a label in
// Chinese and in English, its parent exists, and a retired code can still be read for the records that carry it,
// while nothing new can be posted with it.
//
// What it refuses: a file that breaks any of this, with every fault of every file at once, so that the operator mends
// them in one go; a list that nothing reads, since it is most often a misspelt name; a replacement that drops a code by
// which the program decides; and a refusal of complaints that claims a ground in law which the law does not give
// (CBIRC Order 2020 No. 3 knows one only).
//
// Classification follows JR/T 0169-2018 for banks. The digits of the standard are not shipped: an institution that has them
// writes them into standard_code of its own list.
package codelist
