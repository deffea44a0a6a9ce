package internalpolicy

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/codelist"
	"xiaobao/internal/edition"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

const object = "internal_policy"

// Service serves the operations on policies and their acknowledgement.
type Service struct {
	Texts  edition.Texts[Policy] // approves and publishes versions
	db     *store.DB
	rights *authz.InForce
	rules  *ruleset.Sets
	lists  *codelist.Lists
	clocks clock.Reckoner
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, rules *ruleset.Sets, lists *codelist.Lists, clocks clock.Reckoner) *Service {
	s := &Service{db: db, rights: rights, rules: rules, lists: lists, clocks: clocks}
	s.Texts = edition.Texts[Policy]{DB: db, Load: s.readable,
		Permit: func(who actor.Actor, a edition.Action, _ Policy) error {
			return s.rights.Current().Check(who, asks(string(a)), authz.Row{})
		},
		Others: func(v *store.View, p Policy) ([]edition.Edition, error) {
			all, err := versionsOf(v, p.Code)
			return without(all, p.ID), err
		},
		Parts: func(p *Policy) (string, int64, *edition.Edition) { return p.ID, p.Version, &p.Edition },
		Save: func(tx *store.Tx, a edition.Action, before, after Policy) error {
			return tx.Save(store.Act{Action: asks(string(a)).String(), Object: object, ID: after.ID}, toRow(before), toRow(after))
		}}
	return s
}

func asks(act string) authz.Question { return authz.Question{Object: object, Act: act} }

// Create drafts the next version of a policy; with replace, the version that is not published yet is withdrawn for it. Returns edition.under_way, and
// fault.RequestInvalid when a department of the audience is not there.
func (s *Service) Create(ctx context.Context, p Policy, replace bool) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		if err := s.reach(&tx.View, p.Audience); err != nil {
			return "", err
		}
		all, err := versionsOf(&tx.View, p.Code)
		if err != nil {
			return "", err
		}
		p.ID, p.Version, p.TextSHA256 = id.For(ctx, "pol"), 1, digest(p.Text)
		return p.ID, s.Texts.Draft(tx, all, replace, func(e edition.Edition) error {
			p.Edition = e
			act := store.Act{Action: asks("create").String(), Object: object, ID: p.ID}
			return store.Again(tx.Save(act, nil, toRow(p)), "internal_policy_code_edition")
		})
	})
}

// reach refuses an audience with departments that are not there.
func (s *Service) reach(v *store.View, a Audience) error {
	names, err := organisation.NamesOf(v, a.Departments...)
	if err != nil {
		return err
	}
	var items []fault.Item
	for i, id := range a.Departments {
		if names[id] == "" {
			items = append(items, fault.At(fmt.Sprintf("#/audience/departments/%d", i), fault.NotFoundHere))
		}
	}
	return fault.Input(items)
}

// readable loads a version that the actor may read: one that is not published is for those who draft, approve and publish.
func (s *Service) readable(v *store.View, who actor.Actor, id string) (Policy, error) {
	p, err := load(v, id)
	if err == nil && !p.published() && !s.works(who) {
		err = notFound
	}
	return p, err
}

// works says that the actor has to do with versions that are not published.
func (s *Service) works(who actor.Actor) bool {
	return slices.ContainsFunc([]string{"create", "approve", "publish"}, func(act string) bool { return s.rights.Current().May(who, asks(act)) })
}

// Acknowledge keeps that the actor has read a version, once however often she says so. Returns notFound, notInForce.
func (s *Service) Acknowledge(ctx context.Context, policyID string) (string, error) {
	_, err := store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		p, err := s.readable(&tx.View, tx.Actor(), policyID)
		if err != nil {
			return "", err
		}
		done, err := acknowledgedBy(&tx.View, tx.Actor().ID, p.ID)
		if _, known := done[p.ID]; err != nil || known {
			return p.ID, err
		}
		all, err := versionsOf(&tx.View, p.Code)
		if err != nil {
			return "", err
		}
		if !p.takesAcknowledgement(without(all, p.ID), tx.Now()) {
			return "", refusal(p, inForce(all, p.Code, tx.Now()))
		}
		act := store.Act{Action: asks(acknowledge).String(), Object: object, ID: p.ID}
		return p.ID, tx.Save(act, nil, &acknowledgementRow{ID: id.For(ctx, "pak"), Version: 1, PolicyID: p.ID, UserID: tx.Actor().ID, AcknowledgedAt: tx.Now()})
	})
	var raced *store.Duplicate
	if errors.As(err, &raced) && raced.Key == "policy_acknowledgement_once" { // she said so twice at once
		err = nil
	}
	return policyID, err
}

// refusal is why a version cannot be acknowledged, with the one in force.
func refusal(p Policy, current *Policy) error {
	if current == nil {
		return notInForce.With("edition", p.Edition.Number, "in_force", "–")
	}
	return notInForce.With("edition", p.Edition.Number, "in_force", current.Edition.Number).Member("existing", current.ID)
}

// due is the last day on which somebody who is of the audience since an instant acknowledges a version that came into force at another; false before the
// first entry of the rule.
func (s *Service) due(inForceAt, since time.Time) (calendar.Date, bool) {
	zone := s.clocks.Zone
	term, known := s.rules.Internal().Term(ruleset.PolicyAcknowledgement, calendar.DateOf(inForceAt, zone))
	if since.Before(inForceAt) {
		since = inForceAt
	}
	due, _ := s.clocks.Calendar.Due(calendar.DateOf(since, zone), term.Limit)
	return due, known
}
