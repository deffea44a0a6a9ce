package report

import (
	"context"
	"fmt"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/store"
	"xiaobao/internal/survey"
)

// Service serves the operations on reports.
type Service struct {
	db     *store.DB
	rights *authz.InForce
	zone   *time.Location
	gate   gate
}

// NewService makes the service. Days begin and end in the zone.
func NewService(db *store.DB, rights *authz.InForce, zone *time.Location) *Service {
	return &Service{db: db, rights: rights, zone: zone, gate: newGate(5 * time.Second)}
}

// A gate lets one in at a time, so that a report, however large, leaves the database to the intakes.
type gate struct {
	inside   chan struct{}
	patience time.Duration
}

func newGate(patience time.Duration) gate { return gate{make(chan struct{}, 1), patience} }

// enter waits until nobody is inside. Returns busy when that takes too long.
func (g gate) enter(ctx context.Context) (leave func(), err error) {
	patience := time.NewTimer(g.patience)
	defer patience.Stop()
	select {
	case g.inside <- struct{}{}:
		return func() { <-g.inside }, nil
	case <-patience.C:
		return nil, busy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

var (
	read    = authz.Question{Object: "report", Act: "read"}
	analyse = authz.Question{Object: "analysis", Act: "read"}
)

// columns are where the rights find what they ask of a report.
var columns = authz.Columns{PostedBy: "report.client_id"}

func (r Report) row() authz.Row { return authz.Row{PostedBy: r.ClientID} }

// knows says that somebody may know of reports by a definition.
func (s *Service) knows(who actor.Actor, d Definition) bool {
	return !d.Internal || s.rights.Current().Scope(who, analyse).Allows(authz.Row{}) // those of the whole institution
}

// Definitions are what the caller may ask for.
func (s *Service) Definitions(ctx context.Context) []Definition {
	who := actor.From(ctx)
	return slices.DeleteFunc(slices.Clone(Definitions), func(d Definition) bool { return !s.knows(who, d) })
}

// Create issues a report of all complaints of the institution, whoever asks. Returns authz.ErrForbidden, busy, fault.RequestInvalid with all faults.
func (s *Service) Create(ctx context.Context, d Draft) (string, error) {
	if who := actor.From(ctx); !s.knows(who, definition(d.Definition)) {
		return "", s.rights.Current().Refusal(who, analyse)
	}
	if err := fault.Input(d.faults(calendar.DateOf(s.db.Now(), s.zone))); err != nil {
		return "", err
	}
	leave, err := s.gate.enter(ctx)
	if err != nil {
		return "", err
	}
	defer leave()
	r, rows, err := s.compute(ctx, d)
	if err != nil {
		return "", err
	}
	year := calendar.DateOf(r.AsOf, s.zone).Year()
	n, err := s.db.Number(ctx, "report", fmt.Sprint(year))
	if err != nil {
		return "", err
	}
	r.Number = fmt.Sprintf("BB-%d-%06d", year, n)
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		if err := tx.Alone("report"); err != nil { // two at once would be the same revision
			return "", err
		}
		latest, err := latest(&tx.View, r)
		if err != nil {
			return "", err
		}
		if latest != nil && latest.AsOf.After(r.AsOf) { // another process was faster: these figures are the older ones
			return "", busy
		}
		r.follows(latest)
		return r.ID, insert(tx, r, rows)
	})
}

// compute takes the figures of one moment.
func (s *Service) compute(ctx context.Context, d Draft) (Report, []Row, error) {
	definition := definition(d.Definition)
	r := Report{ID: id.New("rpt"), Version: 1, Definition: d.Definition, Edition: definition.Edition, Period: d.Period, State: d.state(), Zone: s.zone.String(), Notes: definition.Notes}
	var by []complaint.Dimension
	for _, name := range definition.Dimensions() { // in the order of the definition
		if len(d.Dimensions) == 0 || slices.Contains(d.Dimensions, name) {
			r.Dimensions, by = append(r.Dimensions, name), append(by, complaint.Dimension(name))
		}
	}
	if who := actor.From(ctx); who.Kind == actor.Client {
		r.ClientID = who.ID
	}
	rows, err := store.Snapshot(ctx, s.db, func(v *store.View) (rows []Row, err error) {
		r.AsOf = v.Now()
		rows, r.Total, err = tables[d.Definition](d.Period, by, func(p Period, by []complaint.Dimension) ([]complaint.Figure, error) {
			return complaint.Figures(v, s.span(p, r.AsOf), by)
		})
		if err != nil || d.Definition != MonthlyAnalysis {
			return rows, err
		}
		surveys, err := survey.Ended(v, d.From, d.To, nil)
		var note string
		rows[0].Satisfaction, note = satisfied(surveys, d.To.Before(calendar.DateOf(r.AsOf, s.zone)))
		if note != "" {
			r.Notes = []string{note}
		}
		return rows, err
	})
	if err != nil {
		return r, nil, err
	}
	content, err := encode(definition, rows)
	r.RowCount, r.SHA256 = len(rows), digest(content)
	return r, rows, err
}

// tables make the rows of a report, by definition.
var tables = map[string]func(Period, []complaint.Dimension, count) ([]Row, Figures, error){ComplaintSummary: summary, MonthlyAnalysis: analysis, AnnualPublication: publication}

// A count is what was counted of complaints in a period, apart by some codes.
type count func(Period, []complaint.Dimension) ([]complaint.Figure, error)

func summary(p Period, by []complaint.Dimension, of count) ([]Row, Figures, error) {
	figures, err := of(p, by)
	rows, total := sum(figures)
	return rows, total, err
}

// span is a period in instants: what has come of it by now, where it is not over.
func (s *Service) span(p Period, now time.Time) complaint.Span {
	span := complaint.Span{From: calendar.End(p.From.AddDays(-1), s.zone), Until: calendar.End(p.To, s.zone), Zone: s.zone}
	if span.Until.After(now) {
		span.Until = now
	}
	return span
}

// sum makes the rows of a report of what was counted, and what they are in all.
func sum(figures []complaint.Figure) (rows []Row, total Figures) {
	all := map[int]int64{}
	for _, f := range figures {
		row := Row{Source: f.Source, IntakeChannel: f.IntakeChannel, Business: f.Business, Cause: f.Cause, Region: f.Region, Outcome: f.Outcome,
			Figures: Figures{f.Opening, f.Received, f.Closed, f.ClosedInTime, f.OverdueOpen, f.Closing, percentile(f.Days, 50), percentile(f.Days, 90)}}
		total.add(row.Figures)
		for day, n := range f.Days {
			all[day] += n
		}
		rows = append(rows, row)
	}
	total.P50, total.P90 = percentile(all, 50), percentile(all, 90)
	return rows, total
}

// Get returns a report that the caller may read. Returns NotFound.
func (s *Service) Get(ctx context.Context, id string) (Report, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Report, error) {
		r, err := load(v, id)
		if err == nil && !(s.knows(who, definition(r.Definition)) && s.rights.Current().Scope(who, read).Allows(r.row())) {
			err = NotFound
		}
		return r, err
	})
}

// pull says in the audit trail that somebody took a part of a report away.
func (s *Service) pull(ctx context.Context, r Report, part string) error {
	return store.Change(ctx, s.db, func(tx *store.Tx) error {
		tx.NoteOf(store.Act{Action: "report.pull", Object: "report", ID: r.ID}, "pulled", part)
		return nil
	})
}

// Rows returns a page of the rows of a report, and leaves an entry in the audit trail. Returns NotFound.
func (s *Service) Rows(ctx context.Context, id string, p store.Page) (store.List[Row], error) {
	r, err := s.Get(ctx, id)
	if err != nil {
		return store.List[Row]{}, err
	}
	page, err := store.Read(ctx, s.db, func(v *store.View) (store.List[Row], error) { return pageOf(v, id, p) })
	if err != nil {
		return store.List[Row]{}, err
	}
	return page, s.pull(ctx, r, "rows")
}

// CSV hands a report's CSV to whoever serves it, and leaves an entry in the audit trail when it is taken. The report is one that Get has returned.
func (s *Service) CSV(ctx context.Context, r Report, serve func(content []byte) error) error {
	rows, err := store.Read(ctx, s.db, func(v *store.View) ([]Row, error) { return linesOf(v, r.ID) })
	if err != nil {
		return err
	}
	content, err := encode(definition(r.Definition), rows)
	if err != nil {
		return err
	}
	if got := digest(content); got != r.SHA256 {
		return fmt.Errorf("the rows of report %s give the digest %s, not %s: they were changed from outside", r.Number, got, r.SHA256)
	}
	if err := serve(content); err != nil {
		return err
	}
	return s.pull(ctx, r, "csv")
}
