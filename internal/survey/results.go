package survey

import (
	"cmp"
	"math"
	"slices"

	"xiaobao/internal/calendar"
)

// Few is below how many answers nothing is shown of them.
const Few = 5

// satisfied is from which score on an answer says that she was satisfied.
const satisfied = 4

// hidden says of which departments nothing is shown, by how many answers each has: of those with fewer than five, and of as many more, the smallest first, as it takes for what is hidden
// to be five together. Otherwise the whole without what is shown would tell it.
func hidden(answers map[string]int64) map[string]bool {
	departments := make([]string, 0, len(answers))
	for d := range answers {
		departments = append(departments, d)
	}
	slices.SortFunc(departments, func(a, b string) int { return cmp.Or(cmp.Compare(answers[a], answers[b]), cmp.Compare(a, b)) })
	away, together := map[string]bool{}, int64(0)
	for _, d := range departments {
		if answers[d] >= Few && (together == 0 || together >= Few) {
			break
		}
		away[d] = true
		together += answers[d]
	}
	return away
}

// shown is how many answers a department has, or the whole for an empty one; false when they are too few to be shown, or would tell of those that are.
func shown(answers map[string]int64, department string) (n int64, ok bool) {
	if department != "" {
		n = answers[department]
		return n, n >= Few && !hidden(answers)[department]
	}
	for _, some := range answers {
		n += some
	}
	return n, n >= Few
}

// Scores are how often each score from 1 to 5 was given.
type Scores [5]int64

// Mean is their mean with two decimals.
func (s Scores) Mean() float64 {
	n, sum := int64(0), int64(0)
	for i, count := range s {
		n, sum = n+count, sum+count*int64(i+1)
	}
	return math.Round(float64(sum)*100/float64(n)) / 100
}

// QuestionResult is what was answered to a question.
type QuestionResult struct {
	Code   string
	N      int64
	Scores *Scores // nil: too few, or it would tell of too few
}

// Missing is how many closed complaints were not asked about for a reason.
type Missing struct {
	Reason string
	N      int64
}

// Month is what came of the surveys whose links ended in a calendar month that is over.
type Month struct {
	From, To   calendar.Date
	Sent       int64
	Answered   *int64 // nil: too few to be shown
	NotInvited []Missing
	Questions  []QuestionResult
	Texts      []string // masked, in no order that tells of their writers; nil for who may not read them
}

// Rate is the share of the sent that were answered, in percent with two decimals; nil when it would tell how many were.
func (m Month) Rate() *float64 {
	if m.Answered == nil || m.Sent == 0 {
		return nil
	}
	rate := math.Round(float64(*m.Answered)*100_00/float64(m.Sent)) / 100
	return &rate
}

// mostMonths is how long a period may be [ours].
const mostMonths = 36

// months are the calendar months that lie in a period and are over, the oldest first; false for a period that ends before it begins, or is too long.
func months(from, to, today calendar.Date) ([]Month, bool) {
	if to.Before(from) || to.Sub(from) > mostMonths*31 {
		return nil, false
	}
	var all []Month
	for first := from; ; {
		for first.String()[8:] != "01" {
			first = first.AddDays(1)
		}
		last := first.AddDays(27)
		for last.AddDays(1).String()[8:] != "01" {
			last = last.AddDays(1)
		}
		if last.After(to) || !last.Before(today) {
			return all, true
		}
		all = append(all, Month{From: first, To: last})
		first = last.AddDays(1)
	}
}

// holds says that a day, written 2026-05-14, lies in the month.
func (m Month) holds(day string) bool { return day >= m.From.String() && day <= m.To.String() }
