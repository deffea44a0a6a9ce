package complaint

import (
	"slices"
	"strings"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/store"
)

// Span is the time that figures are about: from an instant on, and before another. A civil day ends when it ends in the zone.
type Span struct {
	From, Until time.Time
	Zone        *time.Location
}

// Dimension is a code by which complaints are counted apart.
type Dimension string

// The dimensions.
const (
	BySource          Dimension = "source"
	ByChannel         Dimension = "intake_channel"
	ByBusiness        Dimension = "business_code"
	ByCause           Dimension = "cause_code"
	ByRegion          Dimension = "region_code"
	ByOutcome         Dimension = "outcome"
	ByBusinessChannel Dimension = "business_channel_code"
	ByDepartment      Dimension = "department_id" // complained of, not the one that handles it: that one changes as a complaint moves on
)

// Group is the codes of complaints that are counted together; empty are those that the complaints do not have, and those of dimensions that
// were not asked for.
type Group struct{ Source, IntakeChannel, Business, Cause, Region, Outcome, BusinessChannel, Department string }

func (g Group) codes() []string {
	return []string{g.Source, g.IntakeChannel, g.Business, g.Cause, g.Region, g.Outcome, g.BusinessChannel, g.Department}
}

// Compare sorts groups by their codes.
func (g Group) Compare(h Group) int { return slices.Compare(g.codes(), h.codes()) }

// Figure is what was counted of a group in a span.
type Figure struct {
	Group
	Opening      int64 // open when it begins
	Received     int64
	Closed       int64
	ClosedInTime int64 // of those closed: before their statutory limit was over; one without such a limit cannot be late
	OverdueOpen  int64 // of Closing: their statutory limit was over when it ended
	Closing      int64 // open when it ends
	// Days are the closed ones by the civil days from receipt to closing.
	Days map[int]int64
}

// NoRepeatLinks is the note by which whoever shows merged counts says that no repeats were linked.
const NoRepeatLinks = "no_repeat_links"

// Merged is a count of complaints in which those that repeat another one are counted once with it (合并重复投诉). Nothing links a complaint to the one that it
// repeats yet, so that each stands for itself; NoRepeatLinks says so.
func Merged(raw int64) int64 { return raw }

// dimensions are the codes of a complaint as they stood when the span ended, in the order of a Group: what is open then has no outcome yet and its
// preliminary classification. So the figures of a span that is over do not change when its complaints move on.
var dimensions = []struct {
	name      Dimension
	as, codes string
}{
	{BySource, "by_source", "c.source"},
	{ByChannel, "by_channel", "c.intake_channel"},
	{ByBusiness, "by_business", "CASE WHEN c.closed_at < @until AND c.final_business_code <> '' THEN c.final_business_code ELSE c.business_code END"},
	{ByCause, "by_cause", "CASE WHEN c.closed_at < @until AND c.final_cause_code <> '' THEN c.final_cause_code ELSE c.cause_code END"},
	{ByRegion, "by_region", "c.region_code"},
	{ByOutcome, "by_outcome", "CASE WHEN c.closed_at < @until THEN c.outcome ELSE '' END"},
	{ByBusinessChannel, "by_business_channel", "c.business_channel_code"},
	{ByDepartment, "by_department", "COALESCE(m.respondent_department_id, '')"},
}

// counts are the figures of a group in SQL. A NULL closed_at is "not closed" to each comparison. The clocks are asked for by EXISTS: a second one
// would count a complaint twice in a join.
const counts = `
	SUM(CASE WHEN c.received_at < @from THEN 1 ELSE 0 END) AS opening,
	SUM(CASE WHEN c.received_at >= @from THEN 1 ELSE 0 END) AS received,
	SUM(CASE WHEN c.closed_at < @until THEN 1 ELSE 0 END) AS closed,
	SUM(CASE WHEN c.closed_at < @until AND NOT EXISTS (SELECT 1 FROM clock k WHERE k.subject_id = c.id AND k.kind = @statutory AND k.stopped_at >= k.due_at) THEN 1 ELSE 0 END) AS closed_in_time,
	SUM(CASE WHEN c.closed_at < @until THEN 0 WHEN EXISTS (SELECT 1 FROM clock k WHERE k.subject_id = c.id AND k.kind = @statutory AND k.due_at <= @until) THEN 1 ELSE 0 END) AS overdue_open,
	SUM(CASE WHEN c.closed_at < @until THEN 0 ELSE 1 END) AS closing`

type figureRow struct {
	BySource, ByChannel, ByBusiness, ByCause, ByRegion, ByOutcome, ByBusinessChannel, ByDepartment string
	Opening, Received, Closed, ClosedInTime, OverdueOpen, Closing                                  int64
}

func (r figureRow) figure() Figure {
	return Figure{Group: Group{r.BySource, r.ByChannel, r.ByBusiness, r.ByCause, r.ByRegion, r.ByOutcome, r.ByBusinessChannel, r.ByDepartment}, Opening: r.Opening, Received: r.Received, Closed: r.Closed,
		ClosedInTime: r.ClosedInTime, OverdueOpen: r.OverdueOpen, Closing: r.Closing, Days: map[int]int64{}}
}

// Figures counts all complaints of the institution in a span, whoever asks, apart by the dimensions and sorted by their codes: how many were open, came, were closed
// and stayed open. Every complaint that was open at some moment of the span is in one group, on one side at its beginning and on one at its end. It reads
// indexes alone, unless it counts by the channel of business or the department. The view is a Snapshot: two looks have to agree.
func Figures(v *store.View, span Span, by []Dimension) ([]Figure, error) {
	values := map[string]any{"from": span.From.UTC(), "until": span.Until.UTC(), "statutory": string(clock.Statutory)}
	codes, names := grouping(by)
	from := " FROM complaint c"
	if slices.Contains(by, ByDepartment) {
		from += " LEFT JOIN complaint_matter m ON m.complaint_id = c.id"
	}
	var rows []figureRow
	err := v.Gorm().Raw("SELECT "+codes+","+counts+from+" WHERE c.received_at < @until AND (c.closed_at IS NULL OR c.closed_at >= @from) GROUP BY "+names, values).
		Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	figures, of := make([]Figure, len(rows)), map[Group]map[int]int64{}
	for i, r := range rows {
		figures[i] = r.figure()
		of[figures[i].Group] = figures[i].Days
	}
	slices.SortFunc(figures, func(a, b Figure) int { return a.Compare(b.Group) })
	return figures, countDays(v, "SELECT "+codes+", c.received_at, c.closed_at"+from+" WHERE c.closed_at >= @from AND c.closed_at < @until AND c.received_at < @until", values, span.Zone, of)
}

// grouping are the codes of a group in SQL, and their names.
func grouping(by []Dimension) (codes, names string) {
	all, as := make([]string, len(dimensions)), make([]string, len(dimensions))
	for i, d := range dimensions {
		all[i], as[i] = "'' AS "+d.as, d.as
		if slices.Contains(by, d.name) {
			all[i] = d.codes + " AS " + d.as
		}
	}
	return strings.Join(all, ", "), strings.Join(as, ", ")
}

// countDays counts closed complaints by how long they took. The days are civil days of a zone, which no engine reckons as we do, so each row is looked at here.
func countDays(v *store.View, query string, values map[string]any, zone *time.Location, of map[Group]map[int]int64) error {
	rows, err := v.Gorm().Raw(query, values).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var g Group
		var received, closed time.Time
		if err := rows.Scan(&g.Source, &g.IntakeChannel, &g.Business, &g.Cause, &g.Region, &g.Outcome, &g.BusinessChannel, &g.Department, &received, &closed); err != nil {
			return err
		}
		of[g][calendar.DateOf(closed, zone).Sub(calendar.DateOf(received, zone))]++
	}
	return rows.Err()
}
