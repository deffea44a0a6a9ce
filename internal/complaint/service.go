package complaint

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/codelist"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/pii"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
	"xiaobao/internal/training"
)

// Service serves the operations on complaints.
type Service struct {
	db     *store.DB
	keys   *pii.Keyring
	rights *authz.InForce
	people *organisation.Service
	rules  *ruleset.Sets
	lists  *codelist.Lists
	clocks clock.Reckoner

	findings *finding.Service
	gates    training.Gatekeeper

	batches underway
}

// NewService makes the service.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce, people *organisation.Service, rules *ruleset.Sets, lists *codelist.Lists, clocks clock.Reckoner,
	findings *finding.Service, gates training.Gatekeeper) *Service {
	return &Service{db: db, keys: keys, rights: rights, people: people, rules: rules, lists: lists, clocks: clocks, findings: findings, gates: gates}
}

// referenceConflict: the reference belongs to another content.
var referenceConflict = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "complaint.reference_conflict",
	Title:  fault.Words{EN: "Your external_reference belongs to a complaint with another content.", ZH: "该 external_reference 已用于内容不同的另一投诉。"},
	Causes: "The same external_reference with another narrative.", Cures: "A reference of its own for each complaint; what comes later is material: POST /v1/complaints/{complaint_id}/materials"})

// Create registers a complaint, or finds the one that has the reference already: known. Returns fault.RequestInvalid with all faults,
// referenceConflict when the reference has another content.
func (s *Service) Create(ctx context.Context, in Intake) (id string, known bool, err error) {
	r, err := s.prepare(ctx, in)
	if err != nil {
		return "", false, err
	}
	if err := s.number(ctx, r); err != nil {
		return "", false, err
	}
	id, err = store.Write(store.WithResult(ctx, r.ID), s.db, func(_ context.Context, tx *store.Tx) (string, error) { return r.ID, s.insert(tx, r) })
	if !isTaken(err) {
		return id, false, err
	}
	// Whose reference it is is asked only when it is somebody's: most are new.
	id, err = store.Read(ctx, s.db, func(v *store.View) (string, error) {
		earlier, err := s.recall(v, actor.From(ctx), r.ExternalReference)
		if err != nil {
			return "", err
		}
		old := earlier[r.ExternalReference]
		return old.ID, old.is(r.ContentDigest)
	})
	return id, true, err
}

// registration is a complaint to be registered, with the clocks that run from its receipt.
type registration struct {
	Complaint
	clocks []clock.Clock
}

// prepare makes a complaint of an intake. Returns fault.RequestInvalid with all faults.
func (s *Service) prepare(ctx context.Context, in Intake) (*registration, error) {
	who := actor.From(ctx)
	items, err := s.Faults(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := fault.Input(items); err != nil {
		return nil, err
	}
	department, err := store.Read(ctx, s.db, func(v *store.View) (string, error) { return receivingDepartment(v, who) })
	if err != nil {
		return nil, err
	}
	digest, err := s.digest(in)
	if err != nil {
		return nil, err
	}
	return s.register(who, id.For(ctx, "cmp"), department, digest, in), nil
}

// register makes a complaint of an intake that is without fault. It has no number yet.
func (s *Service) register(who actor.Actor, newID, department, digest string, in Intake) *registration {
	now := s.db.Now()
	in, struck := in.strike()
	received := in.received(now)
	c := in.told()
	c.ID, c.Version, c.Stage, c.Struck = newID, 1, StageIntake, struck
	c.IntakeChannel, c.ReferenceOwner, c.ContentDigest, c.DepartmentID = first(c.IntakeChannel, who.IntakeChannel), ownerOf(who), digest, department
	c.ReceivedAt, c.RegisteredAt, c.UpdatedAt, c.LateRegistration = received, now, now, s.late(received, now)
	c.Imported = s.rights.Current().May(who, importing) && now.Sub(received) > keyReach
	if who.Kind == actor.Client {
		c.ClientID = who.ID
	}
	return &registration{c, s.arm(&c, who)}
}

// number gives complaints their numbers for people, in order.
func (s *Service) number(ctx context.Context, all ...*registration) error {
	if len(all) == 0 {
		return nil
	}
	day := calendar.DateOf(all[0].RegisteredAt, s.clocks.Zone).String()
	numbers, err := s.db.Numbers(ctx, "complaint", day, len(all))
	for i, n := range numbers {
		all[i].Number = fmt.Sprintf("TS-%s%s%s-%06d", day[:4], day[5:7], day[8:], n)
	}
	return err
}

// arm starts the clocks of a receipt: the law's, ours for the first contact and for the first stage, and the date that a transferring
// body has written. What was received before any law was in force has no statutory clock. All clocks of an old complaint that is imported run from its receipt,
// and are breached from the start where their limits are over: that is how it came, and nothing for the sweep to find.
func (s *Service) arm(c *Complaint, who actor.Actor) []clock.Clock {
	received := calendar.DateOf(c.ReceivedAt, s.clocks.Zone)
	entered := c.RegisteredAt
	if c.Imported {
		entered = c.ReceivedAt
	}
	var clocks []clock.Clock
	if set, ok := s.rules.Statutory(c.Source, received); ok {
		if term, ok := set.Term(ruleset.Statutory, received); ok {
			c.RuleSet = set.Code
			clocks = append(clocks, s.clocks.Arm(clock.Statutory, c.ID, term, c.ReceivedAt, who.ID))
		}
	}
	for _, own := range []struct {
		kind clock.Kind
		name ruleset.Name
		from time.Time
	}{{clock.Acknowledgement, ruleset.Acknowledgement, c.ReceivedAt}, {clock.Stage, ruleset.Intake, entered}} {
		if term, ok := s.rules.Internal().Term(own.name, received); ok {
			clocks = append(clocks, s.clocks.Arm(own.kind, c.ID, term, own.from, who.ID))
		}
	}
	if !c.FeedbackDueOn.IsZero() {
		clocks = append(clocks, s.clocks.ArmUntil(c.ID, c.FeedbackDueOn, c.ReceivedAt, who.ID))
	}
	if c.Imported {
		for i, k := range clocks {
			clocks[i] = k.Breach(c.RegisteredAt)
		}
	}
	c.follow(clocks)
	return clocks
}

// follow copies the dates that lists go by from the clocks.
func (c *Summary) follow(clocks []clock.Clock) {
	c.DueOn, c.ActByOn, c.StageDueOn, c.StageActByOn, c.Provisional = calendar.Date{}, calendar.Date{}, calendar.Date{}, calendar.Date{}, false
	for _, k := range clocks {
		if !k.Open() {
			continue
		}
		c.Provisional = c.Provisional || k.Provisional
		switch k.Kind {
		case clock.Statutory:
			c.DueOn, c.ActByOn = k.DueOn, k.ActByOn
		case clock.Stage:
			c.StageDueOn, c.StageActByOn = k.DueOn, k.ActByOn
		}
	}
}

// insert stores new complaints, in as many statements for a hundred as for one.
func (s *Service) insert(tx *store.Tx, all ...*registration) error {
	acts := make([]store.Act, len(all))
	rows, matters, stays := make([]complaintRow, len(all)), make([]matterRow, len(all)), make([]stageRow, len(all))
	var clocks []clock.Clock
	for i, r := range all {
		row, err := s.toRow(r.Summary)
		if err != nil {
			return err
		}
		matter, err := s.toMatterRow(r.Complaint)
		if err != nil {
			return err
		}
		first := Case{Summary: r.Summary, Stay: stay{Seq: 1, EnteredAt: r.RegisteredAt, EnteredBy: Register}}
		for _, k := range r.clocks {
			if k.Kind == clock.Stage {
				first.Stay.ClockID = k.ID
			}
		}
		acts[i] = store.Act{Action: "complaint.create", Object: "complaint", ID: r.ID, Stage: string(r.Stage)}
		rows[i], matters[i], stays[i] = *row, *matter, *first.stageRow()
		clocks = append(clocks, r.clocks...)
	}
	return tx.Add(acts, rows, append(clock.Changes(nil, clocks), store.Insert(matters, stays))...)
}

// receivingDepartment is where a new complaint goes: the caller's own department, a key's as its client says, failing that the
// consumer-protection office.
func receivingDepartment(v *store.View, who actor.Actor) (string, error) {
	if who.DepartmentID != "" {
		return who.DepartmentID, nil
	}
	office, err := organisation.DepartmentOfKind(v, organisation.ConsumerProtection)
	return office.ID, err
}

// Faults are all that is wrong with an intake beyond what its schema says.
func (s *Service) Faults(ctx context.Context, in Intake) ([]fault.Item, error) {
	who := actor.From(ctx)
	c := intakeContext{actor: who, importing: s.rights.Current().May(who, importing), now: s.db.Now(), zone: s.clocks.Zone, late: s.late}
	if id := in.Respondent.DepartmentID; id != "" && who.Kind != actor.Client {
		_, err := store.Read(ctx, s.db, func(v *store.View) (organisation.Department, error) { return organisation.LoadDepartment(v, id) })
		c.nowhere = errors.Is(err, organisation.DepartmentNotFound)
		if err != nil && !c.nowhere {
			return nil, err
		}
	}
	return in.faults(c), nil
}

// importing is asked of the policy and not of the key alone: a key may no more than its owner's kind (never-and-must 15).
var importing = authz.Question{Object: "complaint", Act: "import"}

// late says that a complaint was registered after the limit of the rule set in force on the day of receipt.
func (s *Service) late(received, registered time.Time) bool {
	on := calendar.DateOf(received, s.clocks.Zone)
	term, ok := s.rules.Internal().Term(ruleset.Registration, on)
	if !ok {
		return false
	}
	due, _ := s.clocks.Calendar.Due(on, term.Limit)
	return calendar.DateOf(registered, s.clocks.Zone).After(due)
}

// digest tells one content from another without being a hash of personal values that one could try out: it is keyed.
func (s *Service) digest(in Intake) (string, error) {
	text, err := json.Marshal(in)
	return hex.EncodeToString(s.keys.Index("complaint.content_digest", string(text))), err
}

// Preview is what would come of an intake.
type Preview struct {
	Complaint  Complaint
	Department organisation.Department
}

// Preview checks an intake as Create does and stores nothing.
func (s *Service) Preview(ctx context.Context, in Intake) (Preview, error) {
	r, err := s.prepare(ctx, in)
	if err != nil {
		return Preview{}, err
	}
	return store.Read(ctx, s.db, func(v *store.View) (Preview, error) {
		department, err := organisation.LoadDepartment(v, r.DepartmentID)
		return Preview{Complaint: r.Complaint, Department: department}, err
	})
}

// isTaken says that a reference stands for a complaint already.
func isTaken(err error) bool {
	d, ok := err.(*store.Duplicate)
	return ok && d.Key == "complaint_reference_owner_external_reference"
}
