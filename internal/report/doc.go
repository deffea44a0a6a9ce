// Package report issues the figures that an institution answers for (统计报表): how many complaints were open, came, were closed and stayed open in
// a period, by the codes of their classification, and whether they were closed in time.
//
// It guarantees that a report counts every complaint of the institution, whoever pulls it; that what was open, plus what came, less what was
// closed, is what stays open, and that the report says so; that a withdrawn, refused or settled complaint is an outcome and is
// never subtracted; that the figures of a period that is over do not change when its complaints move on, and that a report issued
// again says by its revision whether something that was recorded later has changed them; that its rows give its digest, which anybody can check with the
// line that it carries; and that it holds no personal value, being counts alone.
//
// There are three definitions: the summary of any period, the internal analysis of a month and the publication of a year. The last two are made of several
// tables, each of which has every complaint of the period and balances, with percentages that add up to 100.0. They hold counts by one code at a time. What surveys tell of a month is told
// of one that is over and of five answers at least. An internal one is for those who may
// analyse the whole institution: a regulator's key neither makes it nor learns of one.
//
// It refuses a period that is not over, unless the report is to be provisional. One report at a time is computed in a process, so that none
// stands in the way of an intake. Every pull leaves an entry in the audit trail.
//
// It serves handbook §1.9 (what the regulator asks for, quarterly and yearly), §1.12 (repeats merged), §3.4 and §11 rows 24 and 25.
package report
