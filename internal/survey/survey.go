package survey

import (
	"fmt"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/ruleset"
)

// NotFound: the link is wrong, was used or has ended, which all look the same.
var NotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "survey.not_found",
	Title:  fault.Words{EN: "This link does not work: it is mistyped, was used, or has ended.", ZH: "该链接无效：链接有误、已经使用或者已过有效期。"},
	Causes: "GET /v1/surveys/unknown", Cures: "The link of the last letter, as it stands there, within its two weeks and once."})

// The other refusals.
var (
	incomplete = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "survey.scores_incomplete",
		Title:  fault.Words{EN: "Each question of the survey is answered, once.", ZH: "每个问题均须回答，且仅回答一次。"},
		Causes: `{"scores":[{"question":"overall","score":4}]} of a survey with more questions`, Cures: "A score for each code that GET /v1/surveys/{token} lists."})
	alone = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "survey.opt_out_alone",
		Title:  fault.Words{EN: "An opt-out stands alone: send it without scores, text and complaint.", ZH: "拒绝调查须单独提交，不得同时填写评分、意见或投诉。"},
		Causes: `{"opt_out":true,"scores":[...]}`, Cures: `{"opt_out":true}`})
	badPeriod = fault.Declare(fault.Reason{Kind: fault.Malformed, Code: "survey.period_invalid",
		Title:  fault.Words{EN: "The period ends before it begins, or is longer than three years.", ZH: "期间的结束日早于开始日，或者期间超过三年。"},
		Causes: "GET /v1/survey-results?from=2026-06-30&to=2026-04-01", Cures: "GET /v1/survey-results?from=2026-04-01&to=2026-06-30"})
)

// State is where an invitation stands. One that was sent and never answered stays sent.
type State string

// The states.
const (
	NotInvited State = "not_invited" // for a reason, for good
	Waiting    State = "waiting"     // for its letter
	Sent       State = "sent"
	Answered   State = "answered"
	OptedOut   State = "opted_out"
)

// The reasons not to invite.
const (
	noConsent     = "no_consent"
	noEmail       = "no_email" // a telephone number alone
	noChannel     = "no_channel"
	coolingOff    = "cool_off"
	withdrawn     = "consent_withdrawn" // while the letter waited
	undeliverable = "undeliverable"     // until the link would have ended
)

// Invitation is what became of a closed complaint.
type Invitation struct {
	ID            string
	Version       int64
	ComplaintID   string
	DepartmentID  string // that had the complaint then
	Questionnaire int64
	State         State
	Reason        string // of NotInvited
	MadeAt        time.Time
	MadeOn        calendar.Date
	SentAt        *time.Time
	EndsOn        calendar.Date // the last day of the link; zero before the letter
	AnsweredAt    *time.Time
	Text          string
	FurtherID     string // the complaint that the answer was
}

// works says that a link to the invitation can be used.
func (i Invitation) works(today calendar.Date) bool {
	return (i.State == Sent || i.State == Waiting) && !i.EndsOn.IsZero() && !today.After(i.EndsOn)
}

// Kind is which letter a message is.
type Kind string

// The letters of an invitation.
const (
	First    Kind = "invitation"
	Reminder Kind = "first_reminder"
	Last     Kind = "second_reminder"
)

// The states of a message.
const (
	due     = "due"
	sent    = "sent"
	dropped = "dropped" // what it was about has ended
)

// Message is a letter that is due, was sent or dropped.
type Message struct {
	ID, InvitationID string
	Kind             Kind
	State            string
	DueAt, NextAt    time.Time  // when it was to go out, and when it is tried next
	LeasedUntil      *time.Time // somebody is sending it
	Attempts         int64
}

// later puts a message that failed off: for five minutes, and twice as long each time, half a day at the most [ours].
func (m Message) later(now time.Time) Message {
	wait := 12 * time.Hour
	if m.Attempts < 8 {
		wait = 5 * time.Minute << (m.Attempts - 1)
	}
	m.NextAt, m.LeasedUntil = now.Add(wait), nil
	return m
}

// Office hours, of working days in the institution's zone [ours].
const (
	opens  = 9 * time.Hour
	closes = 18 * time.Hour
)

// inOffice is the first instant from an instant on that lies in office hours.
func inOffice(c clock.Reckoner, at time.Time) time.Time {
	for day := calendar.DateOf(at, c.Zone); ; day = day.AddDays(1) {
		midnight := calendar.End(day.AddDays(-1), c.Zone)
		switch {
		case !c.Calendar.IsWorkday(day) || !at.Before(midnight.Add(closes)):
			continue
		case at.Before(midnight.Add(opens)):
			return midnight.Add(opens)
		}
		return at
	}
}

// reminderAt is when a reminder of a day goes out: in its morning, or in that of the next working day.
func reminderAt(c clock.Reckoner, day calendar.Date) time.Time {
	return inOffice(c, calendar.End(day.AddDays(-1), c.Zone).Add(opens))
}

// Score is the answer to a question.
type Score struct {
	Question string
	Score    int64
}

// Answer is what a consumer sends.
type Answer struct {
	Scores             []Score
	Text               string
	OptOut             bool
	Complains          bool
	Request, Narrative string // of her complaint
}

// faults are all that is wrong with an answer beyond what the contract's schema says.
func (a Answer) faults(q ruleset.Questionnaire) []fault.Item {
	if a.OptOut {
		if len(a.Scores) > 0 || a.Text != "" || a.Complains {
			return []fault.Item{fault.At("#/opt_out", alone)}
		}
		return nil
	}
	var items []fault.Item
	open := map[string]bool{}
	for _, asked := range q.Questions {
		open[asked.Code] = true
	}
	for i, s := range a.Scores {
		asked, known := open[s.Question]
		pointer := fmt.Sprintf("#/scores/%d/question", i)
		switch {
		case !known:
			items = append(items, fault.At(pointer, fault.NotAllowed))
		case !asked:
			items = append(items, fault.At(pointer, incomplete))
		}
		if known {
			open[s.Question] = false
		}
	}
	for _, asked := range q.Questions {
		if open[asked.Code] {
			return append(items, fault.At("#/scores", incomplete))
		}
	}
	return items
}
