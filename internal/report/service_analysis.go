package report

import (
	"cmp"
	"maps"
	"slices"

	"xiaobao/internal/complaint"
	"xiaobao/internal/survey"
)

// A table counts all complaints apart by one code.
type table struct {
	section string
	of      func(complaint.Group) string
	set     func(*Row, string)
}

var (
	byBusiness   = table{"business", func(g complaint.Group) string { return g.Business }, func(r *Row, code string) { r.Business = code }}
	byCause      = table{"cause", func(g complaint.Group) string { return g.Cause }, func(r *Row, code string) { r.Cause = code }}
	byChannel    = table{"channel", func(g complaint.Group) string { return g.BusinessChannel }, func(r *Row, code string) { r.BusinessChannel = code }}
	byRegion     = table{"region", func(g complaint.Group) string { return g.Region }, func(r *Row, code string) { r.Region = code }}
	byDepartment = table{"department", func(g complaint.Group) string { return g.Department }, func(r *Row, code string) { r.Department = code }}
)

// trendMonths is how far a trend goes back, the month itself counted.
const trendMonths = 12

// analysis is that of a month: against the month before and the same one a year ago, and its place in a trend.
func analysis(p Period, by []complaint.Dimension, of count) ([]Row, Figures, error) {
	var counted [3][]complaint.Figure
	for i, back := range []int{0, 1, 12} {
		var err error
		counted[i], err = of(p.shifted(-back, 1), by)
		if err != nil {
			return nil, Figures{}, err
		}
	}
	now, before, yearAgo := counted[0], counted[1], counted[2]
	total := whole(now)
	rows := []Row{{Section: "total", Figures: total, Previous: received(before), LastYear: received(yearAgo)}}
	for back := trendMonths - 1; back >= 0; back-- {
		month := p.shifted(-back, 1)
		figures, err := of(month, nil)
		if err != nil {
			return nil, Figures{}, err
		}
		rows = append(rows, Row{Section: "trend", Month: month.Label(), Figures: whole(figures)})
	}
	for _, t := range []table{byBusiness, byCause, byChannel, byRegion, byDepartment} {
		rows = append(rows, t.against(now, before, yearAgo)...)
	}
	return rows, total, nil
}

// publication is that of a year, as banks disclose it.
func publication(p Period, by []complaint.Dimension, of count) ([]Row, Figures, error) {
	figures, err := of(p, by)
	if err != nil {
		return nil, Figures{}, err
	}
	total := whole(figures)
	rows := []Row{{Section: "total", Figures: total}}
	for _, t := range []table{byBusiness, byCause, byChannel, byRegion} {
		rows = append(rows, t.ranked(figures, nil)...)
	}
	for i := range rows {
		merged := complaint.Merged(rows[i].Received)
		rows[i].Merged = &merged
	}
	return rows, total, nil
}

// against are the rows of a table with what was received in two earlier months. A code that only they have is a row as well: that it went is news.
func (t table) against(now, before, yearAgo []complaint.Figure) []Row {
	earlier := [2]map[string]*pile{pileUp(before, t.of), pileUp(yearAgo, t.of)}
	rows := t.ranked(now, slices.Concat(slices.Collect(maps.Keys(earlier[0])), slices.Collect(maps.Keys(earlier[1]))))
	for i := range rows {
		for j, to := range []**int64{&rows[i].Previous, &rows[i].LastYear} {
			n := new(int64)
			if found := earlier[j][t.code(rows[i])]; found != nil {
				*n = found.Received
			}
			*to = n
		}
	}
	return rows
}

// code is by which a row of the table counts.
func (t table) code(r Row) string {
	return t.of(complaint.Group{Business: r.Business, Cause: r.Cause, BusinessChannel: r.BusinessChannel, Region: r.Region, Department: r.Department})
}

// ranked are the rows of a table, the most received first, with their shares, and those of further codes, of which nothing was counted.
func (t table) ranked(figures []complaint.Figure, further []string) []Row {
	piles := pileUp(figures, t.of)
	for _, code := range further {
		if piles[code] == nil {
			piles[code] = &pile{}
		}
	}
	codes := slices.SortedFunc(maps.Keys(piles), func(a, b string) int {
		return cmp.Or(cmp.Compare(piles[b].Received, piles[a].Received), cmp.Compare(a, b))
	})
	rows, numbers := make([]Row, len(codes)), make([]int64, len(codes))
	for i, code := range codes {
		rows[i] = Row{Section: t.section, Rank: i + 1, Figures: piles[code].figures()}
		t.set(&rows[i], code)
		if i > 0 && rows[i-1].Received == rows[i].Received {
			rows[i].Rank = rows[i-1].Rank
		}
		numbers[i] = rows[i].Received
	}
	for i, share := range shares(numbers) {
		rows[i].Share = share
	}
	return rows
}

// A pile is what was counted of several groups together.
type pile struct {
	Figures
	days map[int]int64
}

func pileUp(figures []complaint.Figure, of func(complaint.Group) string) map[string]*pile {
	piles := map[string]*pile{}
	for _, f := range figures {
		p := piles[of(f.Group)]
		if p == nil {
			p = &pile{days: map[int]int64{}}
			piles[of(f.Group)] = p
		}
		p.add(Figures{Opening: f.Opening, Received: f.Received, Closed: f.Closed, ClosedInTime: f.ClosedInTime, OverdueOpen: f.OverdueOpen, Closing: f.Closing})
		for day, n := range f.Days {
			p.days[day] += n
		}
	}
	return piles
}

// figures are those of the pile with its percentiles.
func (p *pile) figures() Figures {
	f := p.Figures
	f.P50, f.P90 = percentile(p.days, 50), percentile(p.days, 90)
	return f
}

// whole is what was counted in all.
func whole(figures []complaint.Figure) Figures {
	_, total := sum(figures)
	return total
}

func received(figures []complaint.Figure) *int64 {
	n := whole(figures).Received
	return &n
}

// satisfied is the part of the answers to surveys that are content, in tenths of a percent; nil with a note where it may not be told.
func satisfied(all []survey.Outcome, over bool) (share *int, note string) {
	var answered, content int
	for _, o := range all {
		if o.Answered {
			answered++
		}
		if o.Satisfied {
			content++
		}
	}
	switch {
	case !over:
		return nil, surveysOpen
	case len(all) == 0:
		return nil, noSurveys
	case answered < survey.Few:
		return nil, tooFewAnswers
	}
	tenths := (2*1000*content + answered) / (2 * answered)
	return &tenths, ""
}
