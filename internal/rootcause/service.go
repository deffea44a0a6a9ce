package rootcause

import (
	"context"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/codelist"
	"xiaobao/internal/complaint"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/internalpolicy"
	"xiaobao/internal/rectification"
	"xiaobao/internal/store"
	"xiaobao/internal/training"
)

// Service serves the loop.
type Service struct {
	db       *store.DB
	rights   *authz.InForce
	lists    *codelist.Lists
	zone     *time.Location
	policies *internalpolicy.Service
}

// NewService makes the service. Days begin and end in the zone.
func NewService(db *store.DB, rights *authz.InForce, lists *codelist.Lists, zone *time.Location, policies *internalpolicy.Service) *Service {
	return &Service{db: db, rights: rights, lists: lists, zone: zone, policies: policies}
}

var read = authz.Question{Object: "analysis", Act: "read"}

// Loop joins what is known of a root cause in a period and the next, of what the caller may analyse. Returns NotFound, periodInvalid in fault.RequestInvalid.
func (s *Service) Loop(ctx context.Context, code string, p Period) (Loop, error) {
	if !s.lists.Has("root_cause", code) {
		return Loop{}, NotFound
	}
	if !p.valid() {
		return Loop{}, fault.Input([]fault.Item{fault.In(fault.InQuery, "to", periodInvalid)})
	}
	f := s.rights.Current().Scope(actor.From(ctx), read)
	return store.Snapshot(ctx, s.db, func(v *store.View) (Loop, error) {
		l := Loop{RootCause: code, Period: p, Next: p.next(), AsOf: v.Now(), Note: complaint.NoRepeatLinks}
		begin, end, after := calendar.End(p.From.AddDays(-1), s.zone), calendar.End(p.To, s.zone), calendar.End(l.Next.To, s.zone)
		l.NextOver = !v.Now().Before(after)
		var err error
		l.Causes, l.Traced, err = complaint.Causes(v, f, rectification.Origins(v, f, code), begin, end)
		if err != nil {
			return l, err
		}
		earlier, later, err := complaint.Recurring(v, f, l.Causes, begin, end, after)
		if err != nil {
			return l, err
		}
		l.Complaints, l.NextComplaints = Count{earlier, complaint.Merged(earlier)}, Count{later, complaint.Merged(later)}
		of := rectification.Cause{Code: code, From: begin, Until: end, CompletedBy: after}
		acts, err := of.Figures(v, f)
		if err != nil {
			return l, err
		}
		l.Actions = Actions(acts)
		found, err := finding.Figures(v, f, of.Findings(v, f))
		l.Findings = Findings(found)
		if err != nil {
			return l, err
		}
		held, err := training.HeldBetween(v, f, p.From, l.Next.To)
		if err != nil {
			return l, err
		}
		for _, h := range held {
			l.Trainings = append(l.Trainings, Training(h))
		}
		revised, err := s.policies.Revised(v, f, begin, after)
		for _, p := range revised {
			l.Policies = append(l.Policies, Policy{ID: p.ID, Code: p.Code, Title: p.Title, Edition: int(p.Edition.Number), InForceAt: *p.Edition.InForceAt, Required: p.Must, Acknowledged: p.Has})
		}
		return l, err
	})
}
