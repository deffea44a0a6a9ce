// Package calendar says on which civil day a limit ends.
//
// Days are civil days of the institution's time zone. A day is a working day unless it is a Saturday, a Sunday or a
// holiday; the State Council's yearly notices override the week both ways: off-days on weekdays, and make-up workdays
// (调休) on weekends.
//
// A limit counts from the day after its start (Civil Code art 201), in calendar days or in working days, and ends at
// 24:00 of its last day. A last day that is a rest day is not moved to the next working day (handbook §5: the earlier
// date is the safe one); beside it stands the day to act by, the last working day on or before it.
//
// The package has no clock inside: today is the caller's word. It refuses a calendar file in which a day has no clear
// meaning, because a misread day moves every deadline that crosses it. It does not invent the holidays of a year that is
// not published yet: a working-day count that crosses into one is marked provisional.
package calendar
