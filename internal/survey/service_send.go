package survey

import (
	"context"
	"errors"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/complaint"
	"xiaobao/internal/purpose"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
	"xiaobao/internal/token"
)

// lease is how long a letter belongs to whoever sends it; longer than that takes [ours].
const lease = 5 * time.Minute

// Send sends the letters that are due, in office hours alone. One that fails is tried again later and keeps no other back; consent is asked again before each. It returns how many
// were handed in.
func (s *Service) Send(ctx context.Context) (int, error) {
	ctx = actor.With(ctx, Actor)
	now := s.db.Now()
	if s.channel.Send == nil || !inOffice(s.clocks, now).Equal(now) {
		return 0, nil
	}
	ids, err := store.Read(ctx, s.db, dueMessages)
	if err != nil {
		return 0, err
	}
	n, faults := 0, []error{}
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		handedIn, err := s.sendOne(ctx, id)
		if err != nil {
			faults = append(faults, err)
		}
		if handedIn {
			n++
		}
	}
	return n, errors.Join(faults...)
}

// sendOne claims a letter, hands it in and enters what came of it. Whoever dies in between leaves a lease that ends.
func (s *Service) sendOne(ctx context.Context, messageID string) (bool, error) {
	letter, err := store.Write(ctx, s.db, func(_ context.Context, tx *store.Tx) (*Letter, error) { return s.claim(tx, messageID) })
	if err != nil || letter == nil {
		return false, err
	}
	failure := s.channel.Send(ctx, *letter)
	// The letter is out, or not: that is entered even while the process ends.
	err = store.Change(context.WithoutCancel(ctx), s.db, func(tx *store.Tx) error { return s.settle(tx, messageID, failure == nil) })
	return failure == nil, errors.Join(failure, err)
}

// claim takes a message for this process and makes its letter, with a link of its own; nil when it is not to be sent, or by somebody else. The version of the invitation
// decides between two who claim at once.
func (s *Service) claim(tx *store.Tx, messageID string) (*Letter, error) {
	m, i, others, err := s.loadMessage(&tx.View, messageID)
	if err != nil {
		return nil, err
	}
	now, today := tx.Now(), s.today(&tx.View)
	if m.State != due || m.NextAt.After(now) || m.LeasedUntil != nil && !now.After(*m.LeasedUntil) {
		return nil, nil
	}
	complainants, err := s.complaints.Complainants(&tx.View, []string{i.ComplaintID})
	if err != nil {
		return nil, err
	}
	who := complainants[i.ComplaintID]
	reason, err := s.stops(&tx.View, m, i, others, who)
	if err != nil {
		return nil, err
	}
	after := i
	if reason != "" {
		m.State, m.LeasedUntil = dropped, nil
		if i.State == Waiting {
			after.State, after.Reason, after.EndsOn = NotInvited, reason, calendar.Date{}
		}
		return nil, s.save(tx, store.Act{Action: "survey.drop_letter", Reason: string(m.Kind) + ": " + reason}, &i, after, store.Update([]messageRow{toMessageRow(m)}))
	}
	if m.Kind == First {
		after.EndsOn = s.after(ruleset.SurveyLink, today)
	}
	until := now.Add(lease)
	m.LeasedUntil, m.Attempts = &until, m.Attempts+1
	link := token.New(token.Survey)
	letter, err := s.letter(m, after, who.Complainant.Email, link, now)
	if err != nil {
		return nil, err
	}
	return letter, s.save(tx, store.Act{Action: "survey.send", Reason: string(m.Kind), Basis: purpose.Survey.Basis()}, &i, after, store.Update([]messageRow{toMessageRow(m)}),
		store.Insert(&tokenRow{token.Hash(link), i.ID}))
}

const over = "over" // answered, ended, or the next reminder is due as well

// stops is why a message is not sent; empty when it is.
func (s *Service) stops(v *store.View, m Message, i Invitation, others []Message, who complaint.Complaint) (string, error) {
	today := s.today(v)
	if m.Kind == First {
		switch {
		case i.State != Waiting:
			return over, nil
		case today.After(s.after(ruleset.SurveyLink, i.MadeOn)):
			return undeliverable, nil
		}
		return s.against(v, i, who)
	}
	if i.State != Sent || !i.works(today) {
		return over, nil
	}
	for _, other := range others {
		if m.Kind == Reminder && other.Kind == Last && !other.DueAt.After(v.Now()) {
			return over, nil
		}
	}
	allowed, err := s.consents.AllowsUse(v, purpose.Survey, names(who)...)
	switch {
	case err != nil:
		return "", err
	case !allowed:
		return withdrawn, nil
	case who.Complainant.Email == "":
		return noEmail, nil
	}
	return "", nil
}

// after is the last day of a limit that begins on a day.
func (s *Service) after(name ruleset.Name, from calendar.Date) calendar.Date {
	term, _ := s.rules.Internal().Term(name, from) // Load has made sure that there is one
	on, _ := s.clocks.Calendar.Due(from, term.Limit)
	return on
}

func (s *Service) letter(m Message, i Invitation, to, link string, now time.Time) (*Letter, error) {
	q, err := s.questionnaire(i)
	if err != nil {
		return nil, err
	}
	words := q.Reminder
	if m.Kind == First {
		words = q.Invitation
	}
	text := words.Say(s.channel.Language, map[string]any{"link": s.channel.Link + link, "ends_on": i.EndsOn})
	return &Letter{ID: m.ID, To: to, Subject: q.Subject.Say(s.channel.Language, nil), Text: text, At: now}, nil
}

// settle enters what came of a letter that was claimed. The invitation's own makes its reminders due.
func (s *Service) settle(tx *store.Tx, messageID string, handedIn bool) error {
	m, i, _, err := s.loadMessage(&tx.View, messageID)
	if err != nil || m.State != due {
		return err
	}
	now, today, after, action := tx.Now(), s.today(&tx.View), i, "survey.sent"
	var reminders []messageRow
	switch {
	case !handedIn:
		action, m = "survey.failed", m.later(now)
	case m.Kind == First:
		m.State, m.LeasedUntil = sent, nil
		after.SentAt = &now
		if i.State == Waiting {
			after.State = Sent
		}
		reminders = []messageRow{s.reminder(i, Reminder, ruleset.SurveyFirstReminder, today), s.reminder(i, Last, ruleset.SurveySecondReminder, today)}
	default:
		m.State, m.LeasedUntil = sent, nil
	}
	return s.save(tx, store.Act{Action: action, Reason: string(m.Kind)}, &i, after, store.Update([]messageRow{toMessageRow(m)}), store.Insert(reminders))
}

func (s *Service) reminder(i Invitation, kind Kind, name ruleset.Name, sentOn calendar.Date) messageRow {
	return toMessageRow(s.message(i, kind, reminderAt(s.clocks, s.after(name, sentOn))))
}
