// Package ruleset holds the limits that a complaint runs under: which law or house rule says how many days, who may
// extend them, how far, and who must be told.
//
// A limit is data, never a constant. Each number stands in config/rulesets with the article and source it comes from, and
// with the day from which it holds; the day of receipt decides, so that a complaint keeps the number that was in force
// when it came (handbook §11 rows 1 to 5). A change of the law is one more entry in one file, or one more file.
//
// Whether a number is the letter of the law or the institution's own rule is part of it (Official), and a number of our
// own is never shown as the law.
//
// Loading refuses a file that leaves room for doubt: an unknown word, an entry without source, two entries from one day,
// an extension that does not extend. It tells all faults of all files at once.
package ruleset
