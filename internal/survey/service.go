package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/complaint"
	"xiaobao/internal/consent"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/pii"
	"xiaobao/internal/purpose"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// Letter is what goes out.
type Letter struct {
	ID                string // the same when it is sent again
	To, Subject, Text string
	At                time.Time
}

// Channel is by what letters go out.
type Channel struct {
	Send     func(context.Context, Letter) error // nil: there is none
	Link     string                              // what stands before the token
	Language string                              // of the letters
}

// Service serves the operations on surveys, and does what happens without a request.
type Service struct {
	db         *store.DB
	keys       *pii.Keyring
	rights     *authz.InForce
	rules      *ruleset.Sets
	asked      ruleset.Questionnaires
	clocks     clock.Reckoner
	complaints *complaint.Service
	consents   *consent.Service
	channel    Channel
}

// NewService makes the service.
func NewService(db *store.DB, keys *pii.Keyring, rights *authz.InForce, rules *ruleset.Sets, asked ruleset.Questionnaires, clocks clock.Reckoner, complaints *complaint.Service,
	consents *consent.Service, channel Channel) *Service {
	return &Service{db: db, keys: keys, rights: rights, rules: rules, asked: asked, clocks: clocks, complaints: complaints, consents: consents, channel: channel}
}

// Actor is who the audit names for what happens by itself, and for what a consumer does through a link.
var Actor = actor.Actor{Kind: actor.System, ID: "survey"}

func (s *Service) today(v *store.View) calendar.Date { return calendar.DateOf(v.Now(), s.clocks.Zone) }

// names are those under which a complainant may have consented. Her e-mail address is none: consents are not recorded by it.
func names(who complaint.Complaint) []consent.Consumer {
	return []consent.Consumer{{Phone: who.Complainant.Phone}, {IDNumber: who.Complainant.IDNumber}}
}

// Shown is a survey as its link shows it.
type Shown struct {
	ruleset.Questionnaire
	EndsOn calendar.Date
}

// Get returns what a link asks. Returns NotFound.
func (s *Service) Get(ctx context.Context, token string) (Shown, error) {
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		i, err := s.byToken(v, token)
		if err != nil {
			return Shown{}, err
		}
		q, err := s.questionnaire(i)
		return Shown{q, i.EndsOn}, err
	})
}

func (s *Service) questionnaire(i Invitation) (ruleset.Questionnaire, error) {
	q, ok := s.asked.Numbered(i.Questionnaire)
	if !ok {
		return q, fmt.Errorf("survey: the configuration no longer has version %d of the questionnaire, by which it has asked", i.Questionnaire)
	}
	return q, nil
}

// Taken is what came of an answer.
type Taken struct {
	State       State
	At          time.Time
	ComplaintID string // of the complaint that the answer was; empty otherwise
	Number      string // of that complaint
}

// Answer takes what a consumer says, once. An opt-out withdraws her consent to surveys; a complaint is registered as received at this instant. Returns NotFound,
// fault.RequestInvalid.
func (s *Service) Answer(ctx context.Context, token string, a Answer) (Taken, error) {
	ctx = actor.With(ctx, Actor)
	at := s.db.Now()
	first, err := store.Read(ctx, s.db, func(v *store.View) (Invitation, error) { return s.byToken(v, token) })
	if err != nil {
		return Taken{}, err
	}
	q, err := s.questionnaire(first)
	if err != nil {
		return Taken{}, err
	}
	if err := fault.Input(a.faults(q)); err != nil {
		return Taken{}, err
	}
	taken := Taken{State: Answered, At: at}
	var further complaint.Further
	if a.Complains {
		further, err = s.complaints.PrepareFurther(ctx, first.ComplaintID, a.Request, a.Narrative, at)
		if err != nil {
			return Taken{}, err
		}
		taken.ComplaintID, taken.Number = further.ID, further.Number
	}
	if a.OptOut {
		taken.State = OptedOut
	}
	err = store.Change(ctx, s.db, func(tx *store.Tx) error {
		before, err := s.byToken(&tx.View, token) // again: another answer may have been faster
		if err != nil {
			return err
		}
		after := before
		after.State, after.AnsweredAt, after.FurtherID = taken.State, &at, taken.ComplaintID
		after.Text, _ = pii.Strike(a.Text)
		if err := s.save(tx, store.Act{Action: "survey." + string(taken.State)}, &before, after, store.Insert(scoreRows(before.ID, a.Scores))); err != nil {
			return err
		}
		if a.Complains {
			return s.complaints.RegisterFurther(tx, further)
		}
		if a.OptOut {
			return s.optOut(tx, before)
		}
		return nil
	})
	return taken, err
}

func scoreRows(invitation string, scores []Score) []scoreRow {
	rows := make([]scoreRow, len(scores))
	for i, score := range scores {
		rows[i] = scoreRow{InvitationID: invitation, Question: score.Question, Score: score.Score}
	}
	return rows
}

// optOut withdraws the consent on which the invitation rested.
func (s *Service) optOut(tx *store.Tx, i Invitation) error {
	complainants, err := s.complaints.Complainants(&tx.View, []string{i.ComplaintID})
	if err != nil {
		return err
	}
	return s.consents.WithdrawUse(tx, purpose.Survey, consent.Withdrawal{Channel: "survey", Evidence: i.ID}, names(complainants[i.ComplaintID])...)
}

const (
	batch   = 200 // how many one look takes up
	horizon = 45  // how many days back a closed complaint is still looked at, so that an old installation does not write to everybody at once [ours]
)

// Invite looks at the complaints whose time to be asked has come since they were closed, each once, and makes their invitations or keeps why there is none. It returns how many
// it has looked at.
func (s *Service) Invite(ctx context.Context) (int, error) {
	ctx = actor.With(ctx, Actor)
	seen := 0
	for {
		today := calendar.DateOf(s.db.Now(), s.clocks.Zone)
		from, until := calendar.End(today.AddDays(-horizon-1), s.clocks.Zone), calendar.End(today, s.clocks.Zone)
		all, err := store.Read(ctx, s.db, func(v *store.View) ([]closed, error) { return unseen(v, from, until) })
		if err != nil {
			return seen, err
		}
		done, faults := 0, []error{}
		for _, c := range all {
			if !s.ripe(c, today) {
				continue
			}
			err := store.Change(ctx, s.db, func(tx *store.Tx) error { return s.invite(tx, c) })
			var duplicate *store.Duplicate
			if errors.As(err, &duplicate) { // another process was faster
				err = nil
			}
			if err != nil {
				faults = append(faults, err)
				continue
			}
			done++
		}
		seen += done
		if done == 0 || len(all) < batch || len(faults) > 0 {
			return seen, errors.Join(faults...)
		}
	}
}

// ripe says that the days between closing and invitation are over.
func (s *Service) ripe(c closed, today calendar.Date) bool {
	on := calendar.DateOf(c.ClosedAt, s.clocks.Zone)
	term, ok := s.rules.Internal().Term(ruleset.SurveyInvitation, on)
	if !ok {
		return false
	}
	from, _ := s.clocks.Calendar.Due(on, term.Limit)
	return !today.Before(from)
}

// invite makes the invitation of a closed complaint, or keeps why there is none.
func (s *Service) invite(tx *store.Tx, c closed) error {
	today := s.today(&tx.View)
	q, ok := s.asked.On(today)
	if !ok {
		return nil // the first version is not in force yet
	}
	i := Invitation{ID: id.New("svi"), Version: 1, ComplaintID: c.ID, DepartmentID: c.DepartmentID, Questionnaire: q.Version, State: NotInvited, MadeAt: tx.Now(), MadeOn: today}
	complainants, err := s.complaints.Complainants(&tx.View, []string{c.ID})
	if err != nil {
		return err
	}
	who := complainants[c.ID]
	i.Reason, err = s.against(&tx.View, i, who)
	if err != nil || i.Reason != "" {
		return errors.Join(err, s.save(tx, store.Act{Action: "survey.pass_over"}, nil, i))
	}
	i.State = Waiting
	var invitees []inviteeRow
	for _, index := range s.indexes(who) {
		invitees = append(invitees, inviteeRow{index, i.ID})
	}
	m := s.message(i, First, inOffice(s.clocks, tx.Now()))
	return s.save(tx, store.Act{Action: "survey.invite", Basis: purpose.Survey.Basis()}, nil, i, store.Insert(invitees, []messageRow{toMessageRow(m)}))
}

func (s *Service) message(i Invitation, kind Kind, at time.Time) Message {
	return Message{ID: id.New("svm"), InvitationID: i.ID, Kind: kind, State: due, DueAt: at.UTC(), NextAt: at.UTC()}
}

// indexes are those by which a complainant is known again, whichever contact she gives.
func (s *Service) indexes(who complaint.Complaint) [][]byte {
	var all [][]byte
	for kind, normal := range map[string]string{"phone": pii.NormalPhone(who.Complainant.Phone), "id_number": pii.NormalID(who.Complainant.IDNumber), "email": pii.NormalName(who.Complainant.Email)} {
		if normal != "" {
			all = append(all, s.keys.Index("survey_invitee."+kind, normal))
		}
	}
	return all
}

// against is why a complainant is not invited; empty when she is.
func (s *Service) against(v *store.View, i Invitation, who complaint.Complaint) (string, error) {
	allowed, err := s.consents.AllowsUse(v, purpose.Survey, names(who)...)
	switch {
	case err != nil:
		return "", err
	case !allowed && i.State == Waiting:
		return withdrawn, nil
	case !allowed:
		return noConsent, nil
	case who.Complainant.Email == "":
		return noEmail, nil
	case s.channel.Send == nil:
		return noChannel, nil
	}
	term, ok := s.rules.Internal().Term(ruleset.SurveyCoolOff, s.today(v))
	if !ok {
		return "", nil
	}
	// Invited on a day, she may be invited again on the day after the last of the cool-off.
	since := calendar.End(s.today(v).AddDays(-term.Limit.Value-1), s.clocks.Zone)
	cooling, err := otherwise(v, s.indexes(who), i.ID, since)
	if err != nil || !cooling {
		return "", err
	}
	return coolingOff, nil
}
