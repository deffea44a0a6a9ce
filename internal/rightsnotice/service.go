package rightsnotice

import (
	"context"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/edition"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

const object = "rights_notice"

// Service serves the operations on notices, deliveries and provenance.
type Service struct {
	Texts      edition.Texts[Notice] // approves, publishes and withdraws versions
	db         *store.DB
	rights     *authz.InForce
	due        ruleset.Requirements
	zone       *time.Location
	complaints *complaint.Service
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, due ruleset.Requirements, zone *time.Location, complaints *complaint.Service) *Service {
	s := &Service{db: db, rights: rights, due: due, zone: zone, complaints: complaints}
	s.Texts = edition.Texts[Notice]{DB: db, Load: readable,
		Permit: func(who actor.Actor, a edition.Action, _ Notice) error {
			return s.rights.Current().Check(who, asks(string(a)), authz.Row{})
		},
		Others: func(v *store.View, n Notice) ([]edition.Edition, error) {
			versions, err := versionsOf(v, n.Code)
			return others(versions, n.ID), err
		},
		Parts: func(n *Notice) (string, int64, *edition.Edition) { return n.ID, n.Version, &n.Edition },
		Save: func(tx *store.Tx, a edition.Action, before, after Notice) error {
			return tx.Save(store.Act{Action: asks(string(a)).String(), Object: object, ID: after.ID}, toRow(before), toRow(after))
		}}
	return s
}

func asks(act string) authz.Question { return authz.Question{Object: object, Act: act} }

// Shown is a version as one caller may see it.
type Shown struct {
	Notice
	Others  []edition.Edition // the other versions of its code
	Names   organisation.Names
	Allowed []string
	Now     time.Time
}

// Create drafts the next version of a notice. Returns edition.under_way.
func (s *Service) Create(ctx context.Context, d Draft) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		versions, err := versionsOf(&tx.View, d.Code)
		if err != nil {
			return "", err
		}
		n := Notice{ID: id.For(ctx, "ntc"), Version: 1, Code: d.Code, Title: d.Title, Form: d.Form, Text: d.Text, TextSHA256: digest(d.Text),
			Rights: d.Rights, TransactionKinds: d.TransactionKinds, Channels: d.Channels}
		return n.ID, s.Texts.Draft(tx, versions, false, func(e edition.Edition) error {
			n.Edition = e
			act := store.Act{Action: asks("create").String(), Object: object, ID: n.ID}
			return store.Again(tx.Save(act, nil, toRow(n)), "rights_notice_code_edition")
		})
	})
}

// Get returns a version as the caller may see it. Returns notFound.
func (s *Service) Get(ctx context.Context, id string) (Shown, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		n, err := readable(v, who, id)
		if err != nil {
			return Shown{}, err
		}
		shown, err := s.show(v, who, n)
		if err != nil {
			return Shown{}, err
		}
		return shown[0], nil
	})
}

// readable loads a version that the actor may read: clients see what is published.
func readable(v *store.View, who actor.Actor, id string) (Notice, error) {
	n, err := load(v, id)
	if err == nil && who.Kind == actor.Client && n.Edition.InForceAt == nil {
		err = notFound
	}
	return n, err
}

// show adds to versions what they are shown with, in as many queries for fifty as for one.
func (s *Service) show(v *store.View, who actor.Actor, all ...Notice) ([]Shown, error) {
	var codes, people []string
	for _, n := range all {
		codes, people = append(codes, n.Code), append(people, n.Edition.People()...)
	}
	versions, err := versionsOf(v, codes...)
	if err != nil {
		return nil, err
	}
	names, err := organisation.NamesOf(v, people...)
	if err != nil {
		return nil, err
	}
	shown := make([]Shown, len(all))
	for i, n := range all {
		mine := slices.DeleteFunc(slices.Clone(versions), func(other Notice) bool { return other.Code != n.Code })
		shown[i] = Shown{Notice: n, Others: others(mine, n.ID), Names: names, Now: v.Now(), Allowed: s.Texts.Allowed(who, n)}
	}
	return shown, nil
}

// Current is what is due before a transaction, at an instant or now, each with the version in force for the channel.
func (s *Service) Current(ctx context.Context, t Transaction, channel string, at *time.Time) ([]Due, time.Time, error) {
	who, now := actor.From(ctx), s.db.Now()
	if at != nil {
		now = at.UTC()
	}
	due, err := store.Read(ctx, s.db, func(v *store.View) ([]Due, error) {
		required := s.due.Before(t.Kind, t.RiskLevel, calendar.DateOf(now, s.zone))
		codes := make([]string, len(required))
		for i, r := range required {
			codes[i] = r.Notice
		}
		versions, err := versionsOf(v, codes...)
		if err != nil {
			return nil, err
		}
		due := make([]Due, len(required))
		for i, r := range required {
			due[i].Requirement = r
			mine := slices.DeleteFunc(slices.Clone(versions), func(n Notice) bool { return n.Code != r.Notice })
			if j := edition.InForce(editions(mine), now); j >= 0 && mine[j].serves(t.Kind, channel) {
				shown, err := s.show(v, who, mine[j])
				if err != nil {
					return nil, err
				}
				due[i].Notice = &shown[0]
			}
		}
		return due, nil
	})
	return due, now, err
}
