package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/apiclient"
	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/rectification"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// stories are what happened in the demonstration before the day of its first start. Each act goes through the services, by who would
// do it and at its own time, so that rules, clocks and audit are what they would be. Days are counted in working days back from that day: the
// work list looks alive whenever one begins.
type stories struct {
	*App
	start time.Time
	acts  []act
}

type act struct {
	at   time.Time
	by   string // of a user: usr_demo_...; of a client: cli_demo_...
	name string // of what is made: cmp_demo_NAME
	do   func(ctx context.Context) error
}

// SeedComplaints tells the stories of the demonstration up to a start, in the order of time. The installation must have been seeded before them; set moves its clock.
func (a *App) SeedComplaints(ctx context.Context, start time.Time, set func(time.Time)) error {
	s := &stories{App: a, start: start}
	for _, d := range demoStories {
		d.tell(story{s, d.name})
	}
	s.tellPillars()
	slices.SortStableFunc(s.acts, func(a, b act) int { return a.at.Compare(b.at) })
	night := s.midnight(s.acts[0].at)
	for _, one := range s.acts {
		if err := s.sleep(ctx, &night, one.at, set); err != nil {
			return err
		}
		set(one.at)
		if err := s.perform(ctx, one); err != nil {
			return fmt.Errorf("%s by %s at %s: %w", one.name, one.by, one.at, err)
		}
	}
	if err := s.sleep(ctx, &night, start, set); err != nil {
		return err
	}
	set(start)
	return nil
}

// sleep lets the nights pass until an instant: what time alone brings about is entered on the day that it happens.
func (s *stories) sleep(ctx context.Context, night *time.Time, until time.Time, set func(time.Time)) error {
	for ; night.Before(until); *night = s.midnight(*night) {
		set(*night)
		if _, err := s.Complaints.Sweep(ctx); err != nil {
			return err
		}
	}
	return nil
}

// midnight is the minute that begins the day after.
func (s *stories) midnight(t time.Time) time.Time {
	return calendar.End(calendar.DateOf(t, s.clocks.Zone), s.clocks.Zone).Add(time.Minute)
}

func (s *stories) perform(ctx context.Context, one act) error {
	who, err := store.Read(ctx, s.DB, func(v *store.View) (actor.Actor, error) {
		client, err := apiclient.CallerOfClient(v, one.by)
		if err != nil {
			return actor.Actor{}, err
		}
		if client != nil {
			return client.Actor, nil
		}
		return organisation.ActorOf(v, one.by)
	})
	if err != nil {
		return err
	}
	ctx = actor.WithRequest(actor.With(ctx, who), actor.Request{ID: id.New("req"), Language: s.settings.Language})
	return one.do(id.Named(ctx, "demo_"+one.name))
}

// day is a working day before the start: 1 is the last one.
func (s *stories) day(back int) calendar.Date {
	on := calendar.DateOf(s.start, s.clocks.Zone)
	for back > 0 {
		on = on.AddDays(-1)
		if s.clocks.Calendar.IsWorkday(on) {
			back--
		}
	}
	return on
}

// at is a time of such a day: "09:30".
func (s *stories) at(back int, clock string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s.day(back).String()+" "+clock, s.clocks.Zone)
	if err != nil {
		panic(err) // these are our own texts
	}
	return t
}

// A story is of one complaint, or of whatever else has a name.
type story struct {
	*stories
	name string
}

// file begins a story.
func (s story) file(back int, clock, by string, in complaint.Intake) {
	if in.Source == "" {
		in.Source = complaint.SourceOwn
	}
	if in.ComplainantKind == "" {
		in.ComplainantKind = complaint.Person
	}
	s.act(back, clock, by, func(ctx context.Context) error {
		_, known, err := s.Complaints.Create(ctx, in)
		if known {
			return fmt.Errorf("the reference %s is taken", in.ExternalReference)
		}
		return err
	})
}

func (s story) act(back int, clock, by string, do func(ctx context.Context) error) {
	s.acts = append(s.acts, act{at: s.at(back, clock), by: by, name: s.name, do: do})
}

// step adds an act that tells nothing but the id of what it changed.
func (s story) step(back int, clock, by string, do func(ctx context.Context) (string, error)) {
	s.act(back, clock, by, func(ctx context.Context) error {
		_, err := do(ctx)
		return err
	})
}

func (s story) complaint() string { return "cmp_demo_" + s.name }
func (s story) decision() string  { return "dec_demo_" + s.name }

var anyVersion = func() store.Match { star := "*"; return store.ParseMatch(&star) }()

// change adds an act on a complaint, or on what belongs to one.
func change[In any](s story, back int, clock, by, id string, do func(context.Context, string, store.Match, In) (string, error), in In) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return do(ctx, id, anyVersion, in) })
}

func (s story) accept(back int, clock, by string) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return s.Complaints.Accept(ctx, s.complaint(), anyVersion) })
}

func (s story) assign(back int, clock, by, to string) {
	change(s, back, clock, by, s.complaint(), s.Complaints.Assign, complaint.Assignment{ResponsibleID: to})
}

// log adds an entry; one without a time of its own happened as it was entered.
func (s story) log(back int, clock, by string, l complaint.Log) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return s.Complaints.Log(ctx, s.complaint(), l) })
}

// call logs that the complainant was reached by telephone.
func (s story) call(back int, clock, by, text string) {
	s.log(back, clock, by, complaint.Log{Kind: complaint.ContactLog, Form: "phone", Direction: "out", Reached: true, Text: text})
}

func (s story) note(back int, clock, by, text string) {
	s.log(back, clock, by, complaint.Log{Kind: complaint.NoteLog, Text: text})
}

func (s story) settle(back int, clock, by string, in complaint.Settlement) {
	change(s, back, clock, by, s.complaint(), s.Complaints.Settle, in)
}

func (s story) conclude(back int, clock, by string, in complaint.Finding) {
	change(s, back, clock, by, s.complaint(), s.Complaints.Conclude, in)
}

func (s story) extend(back int, clock, by, code, reason string) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) {
		return s.Complaints.Extend(ctx, s.complaint(), anyVersion, ruleset.Complex, code, reason)
	})
}

// tell records that the complainant was told of the extension just then.
func (s story) tell(back int, clock, by string, n complaint.ExtensionNotice) {
	n.SentAt = s.at(back, clock)
	change(s, back, clock, by, "ext_demo_"+s.name, s.Complaints.TellExtension, n)
}

func (s story) draft(back int, clock, by string, d complaint.Decision) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return s.Complaints.Draft(ctx, s.complaint(), d) })
}

func (s story) submit(back int, clock, by string) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return s.Complaints.Submit(ctx, s.decision(), anyVersion) })
}

func (s story) approve(back int, clock, by string) {
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return s.Complaints.Approve(ctx, s.decision(), anyVersion) })
}

func (s story) giveBack(back int, clock, by, comment string) {
	change(s, back, clock, by, s.decision(), s.Complaints.Return, comment)
}

// notify gives notice of the decision, at the time of its record.
func (s story) notify(back int, clock, by string, n complaint.Notice) {
	n.DecisionID, n.SentAt = s.decision(), s.at(back, clock)
	change(s, back, clock, by, s.complaint(), s.Complaints.RecordNotice, n)
}

func (s story) mend(back int, clock, by string, d rectification.Draft) {
	d.ComplaintIDs = []string{s.complaint()}
	s.step(back, clock, by, func(ctx context.Context) (string, error) { return s.Rectifications.Create(ctx, d) })
}
