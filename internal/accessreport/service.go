package accessreport

import (
	"context"
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Service serves the operation on access reports.
type Service struct {
	db         *store.DB
	complaints *complaint.Service
	zone       *time.Location
}

// NewService makes the service.
func NewService(db *store.DB, complaints *complaint.Service, zone *time.Location) *Service {
	return &Service{db: db, complaints: complaints, zone: zone}
}

var create = authz.Question{Object: "access_report", Act: "create"}

// Create audits that a report is made on a consumer; Made makes it. Returns fault.RequestInvalid.
func (s *Service) Create(ctx context.Context, c Consumer) (string, error) {
	if items := c.faults(); len(items) > 0 {
		return "", fault.Input(items)
	}
	if _, err := store.Read(ctx, s.db, func(v *store.View) ([]string, error) { return s.of(v, actor.From(ctx), c) }); err != nil {
		return "", err
	}
	act := store.Act{Action: create.String(), Object: "access_report", ID: id.New("acr")}
	var kinds []string
	if c.ComplaintID != "" {
		act.Object, act.ID = "complaint", c.ComplaintID
		kinds = append(kinds, "complaint_id")
	}
	if c.Phone != "" {
		kinds = append(kinds, "phone")
	}
	if c.IDNumber != "" {
		kinds = append(kinds, "id_number")
	}
	return store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (string, error) {
		tx.NoteOf(act, "searched", kinds...)
		return act.ID, nil
	})
}

// Made makes the report. To make it again is audited again. Returns fault.RequestInvalid.
func (s *Service) Made(ctx context.Context, c Consumer, again bool) (Report, error) {
	if again {
		if _, err := s.Create(store.Unclaimed(ctx), c); err != nil {
			return Report{}, err
		}
	}
	return store.Read(ctx, s.db, func(v *store.View) (Report, error) {
		complaints, err := s.of(v, actor.From(ctx), c)
		if err != nil || len(complaints) == 0 {
			return Report{}, err
		}
		return s.looks(v, complaints)
	})
}

// of finds the consumer's complaints. Returns fault.RequestInvalid where there is no such complaint, or it is not clear whose they are.
func (s *Service) of(v *store.View, caller actor.Actor, c Consumer) ([]string, error) {
	var all []string
	var err error
	if c.ComplaintID != "" {
		all, err = s.complaints.OfSameConsumer(v, caller, c.ComplaintID)
	} else {
		all, err = s.complaints.OfConsumer(v, caller, complaint.Search{Phone: c.Phone, IDNumber: c.IDNumber})
	}
	switch {
	case errors.Is(err, complaint.NotFound):
		return nil, fault.Input([]fault.Item{fault.At("#/complaint_id", fault.NotFoundHere)})
	case errors.Is(err, complaint.ErrSeveralConsumers):
		return nil, fault.Input([]fault.Item{fault.At("#", several)})
	}
	return all, err
}

func (s *Service) looks(v *store.View, complaints []string) (Report, error) {
	page, err := store.AuditEntries(v, store.AuditFilter{ObjectIDs: complaints, Actions: complaint.UnmaskedLooks()}, store.Page{Limit: MaxLooks, Total: true})
	if err != nil {
		return Report{}, err
	}
	r := Report{Looks: make([]Look, len(page.Rows)), Total: *page.Total}
	departments := make([]string, len(page.Rows))
	for i, e := range page.Rows {
		r.Looks[i] = Look{On: calendar.DateOf(e.At, s.zone), DepartmentID: e.DepartmentID, Purpose: e.Purpose, Basis: e.Basis, What: Contact}
		if e.Action == complaint.IdentityLook {
			r.Looks[i].What = Identity
		}
		departments[i] = e.DepartmentID
	}
	names, err := organisation.NamesOf(v, departments...)
	for i := range r.Looks {
		r.Looks[i].Department = names[r.Looks[i].DepartmentID]
	}
	return r, err
}
