package assessment

import (
	"context"
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/id"
	"xiaobao/internal/internalpolicy"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/standard"
	"xiaobao/internal/store"
	"xiaobao/internal/training"
)

// Service serves the operations on assessments.
type Service struct {
	db             *store.DB
	rights         *authz.InForce
	zone           *time.Location
	schemes        ruleset.Schemes
	standards      *standard.Service
	policies       *internalpolicy.Service
	trainings      *training.Service
	findings       *finding.Service
	rectifications *rectification.Service
}

// Sources are the features that sheets are made from.
type Sources struct {
	Standards      *standard.Service
	Policies       *internalpolicy.Service
	Trainings      *training.Service
	Findings       *finding.Service
	Rectifications *rectification.Service
}

// NewService makes the service. Days begin and end in the zone.
func NewService(db *store.DB, rights *authz.InForce, zone *time.Location, schemes ruleset.Schemes, from Sources) *Service {
	return &Service{db: db, rights: rights, zone: zone, schemes: schemes, standards: from.Standards, policies: from.Policies, trainings: from.Trainings,
		findings: from.Findings, rectifications: from.Rectifications}
}

var (
	create    = authz.Question{Object: "assessment", Act: "create"}
	read      = authz.Question{Object: "assessment", Act: "read"}
	approve   = authz.Question{Object: "assessment", Act: "approve"}
	readPart  = authz.Question{Object: "department_assessment", Act: "read"} // of a department: its figures are no other's (never-and-must 6)
	readDraft = authz.Question{Object: "assessment_draft", Act: "read"}      // those that nobody has approved
)

// Wanted is an assessment to be made.
type Wanted struct{ Kind, Period, Scheme, DepartmentID string }

// Create makes a sheet of a period that is over, the next revision where there is one. Digest is that of the lines as they are shown. Returns periodOpen, noScheme, and
// fault.RequestInvalid with all other faults.
func (s *Service) Create(ctx context.Context, w Wanted, digest func(Sheet) (string, error)) (string, error) {
	sheet, scheme, err := s.prepare(ctx, w)
	if err != nil {
		return "", err
	}
	if w.Kind == ServiceQuality {
		err = s.standards.MeasureQuarter(ctx, standard.Period(sheet.Period))
	}
	if err != nil {
		return "", err
	}
	sheet, err = store.Snapshot(ctx, s.db, func(v *store.View) (Sheet, error) {
		sheet.AsOf = v.Now()
		if w.Kind == ServiceQuality {
			return s.quality(v, sheet)
		}
		return s.evaluate(v, sheet, scheme)
	})
	if err != nil {
		return "", err
	}
	sheet.SHA256, err = digest(sheet)
	if err != nil {
		return "", err
	}
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		if err := tx.Alone("assessment"); err != nil { // two at once would be the same revision
			return "", err
		}
		sheet.ID, sheet.Version, sheet.MadeBy = id.For(ctx, "asm"), 1, tx.Actor().ID
		sheet.Revision, err = nextRevision(&tx.View, sheet.Assessment)
		if err != nil {
			return "", err
		}
		return sheet.ID, insert(tx, sheet)
	})
}

// prepare judges what is wanted, and finds the scheme of an evaluation.
func (s *Service) prepare(ctx context.Context, w Wanted) (Sheet, ruleset.Scheme, error) {
	who := actor.From(ctx)
	sheet := Sheet{Assessment: Assessment{Kind: w.Kind, Period: periodOf(w.Period), DepartmentID: w.DepartmentID}}
	items := w.faults(sheet.Period)
	if w.Scheme != "" && !s.schemes.Knows(w.Scheme) {
		items = append(items, fault.At("#/scheme", schemeUnknown))
	}
	if w.DepartmentID != "" {
		_, err := store.Read(ctx, s.db, func(v *store.View) (organisation.Department, error) {
			return organisation.LoadDepartment(v, w.DepartmentID)
		})
		if errors.Is(err, organisation.DepartmentNotFound) {
			items, err = append(items, fault.At("#/department_id", fault.NotFoundHere)), nil
		}
		if err != nil {
			return sheet, ruleset.Scheme{}, err
		}
	}
	if err := fault.Input(items); err != nil {
		return sheet, ruleset.Scheme{}, err
	}
	if err := s.rights.Current().Check(who, create, sheet.row()); err != nil {
		return sheet, ruleset.Scheme{}, err
	}
	if s.db.Now().Before(calendar.End(sheet.Period.To, s.zone)) {
		return sheet, ruleset.Scheme{}, periodOpen
	}
	if w.Kind == ServiceQuality {
		return sheet, ruleset.Scheme{}, nil
	}
	scheme, ok := s.schemes.On(w.Scheme, sheet.Period.To)
	if !ok {
		return sheet, scheme, noScheme
	}
	sheet.Scheme = Scheme{Code: scheme.Code, ValidFrom: scheme.ValidFrom.String(), Title: scheme.Title}
	return sheet, scheme, nil
}

// faults are what one kind does not take.
func (w Wanted) faults(p Period) (items []fault.Item) {
	if w.Kind != ServiceQuality {
		return nil
	}
	if !p.quarter() {
		items = append(items, fault.At("#/period", quarterOnly))
	}
	if w.Scheme != "" {
		items = append(items, fault.At("#/scheme", otherKind))
	}
	if w.DepartmentID != "" {
		items = append(items, fault.At("#/department_id", otherKind))
	}
	return items
}

// Approve is the word of somebody other than the maker, and publishes the sheet inside. Returns NotFound, auth.forbidden, authz.SamePerson, what the precondition says,
// approved.
func (s *Service) Approve(ctx context.Context, assessmentID string, seen store.Match) (string, error) {
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		before, err := s.readable(&tx.View, tx.Actor(), assessmentID)
		if err != nil {
			return "", err
		}
		if err := s.permit(tx.Actor(), before); err != nil {
			return "", err
		}
		if err := seen.Required(before.Version); err != nil {
			return "", err
		}
		if before.ApprovedAt != nil {
			return "", approved
		}
		after, now := before, tx.Now()
		after.ApprovedBy, after.ApprovedAt = tx.Actor().ID, &now
		return before.ID, tx.Save(store.Act{Action: approve.String(), Object: "assessment", ID: before.ID}, toRow(before), toRow(after))
	})
}

// permit refuses who may not approve an assessment that she may read, whatever its state.
func (s *Service) permit(who actor.Actor, a Assessment) error {
	if err := s.rights.Current().Check(who, approve, a.row()); err != nil {
		return err
	}
	if who.ID == a.MadeBy {
		return authz.SamePerson
	}
	return nil
}

// readable loads an assessment if the actor may read it. Returns NotFound.
func (s *Service) readable(v *store.View, who actor.Actor, assessmentID string) (Assessment, error) {
	a, err := load(v, assessmentID)
	if err != nil {
		return a, err
	}
	rights := s.rights.Current()
	whose := read
	if a.DepartmentID != "" {
		whose = readPart
	}
	if !rights.Scope(who, whose).Allows(a.row()) || a.ApprovedAt == nil && !rights.Scope(who, readDraft).Allows(a.row()) {
		return Assessment{}, NotFound
	}
	return a, nil
}

// Shown is a sheet as one caller may see it.
type Shown struct {
	Sheet                   // of one assessment alone; Actions are those that the caller may read
	Named   map[string]bool // the findings that the caller may read
	Foreign map[string]bool // the standards of other departments, whose lines she is not shown
	People  organisation.Names
	Allowed []string
}

// Get returns a sheet as the caller may see it. Returns NotFound.
func (s *Service) Get(ctx context.Context, assessmentID string) (Shown, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		a, err := s.readable(v, who, assessmentID)
		if err != nil {
			return Shown{}, err
		}
		shown, err := s.show(v, who, []Assessment{a})
		if err != nil {
			return Shown{}, err
		}
		one := shown[0]
		one.Sheet, err = lines(v, a)
		if err != nil {
			return Shown{}, err
		}
		return one, s.hide(v, who, &one)
	})
}

// hide says what of a sheet the caller may not read: the lines of other departments, which findings, and what mends them.
func (s *Service) hide(v *store.View, who actor.Actor, one *Shown) error {
	var found, held []string
	for _, l := range one.Standards {
		held = append(held, l.StandardID)
		if l.FindingID != "" {
			found = append(found, l.FindingID)
		}
	}
	var err error
	one.Foreign, err = s.standards.Foreign(v, who, held)
	if err != nil {
		return err
	}
	findings, err := s.findings.Rows(v, who, found)
	if err != nil {
		return err
	}
	one.Named = map[string]bool{}
	for findingID := range findings {
		one.Named[findingID] = true
	}
	var known []string
	if len(one.Actions) > 0 {
		ids := make([]string, len(one.Actions))
		for i, a := range one.Actions {
			ids[i] = a.ID
		}
		err = s.rectifications.Readable(v, who).Where("rectification.id IN ?", ids).Pluck("rectification.id", &known).Error
	}
	one.keep(known)
	return err
}

// show adds to assessments what they are shown with, in as many queries for fifty as for one.
func (s *Service) show(v *store.View, who actor.Actor, all []Assessment) ([]Shown, error) {
	shown := make([]Shown, len(all))
	var people []string
	for i, a := range all {
		people = append(people, a.MadeBy, a.ApprovedBy, a.DepartmentID)
		shown[i] = Shown{Sheet: Sheet{Assessment: a}, Allowed: []string{}}
		if a.ApprovedAt == nil && s.permit(who, a) == nil {
			shown[i].Allowed = []string{approve.Act}
		}
	}
	names, err := organisation.NamesOf(v, people...)
	for i := range shown {
		shown[i].People = names
	}
	return shown, err
}
