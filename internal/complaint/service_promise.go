package complaint

import (
	"context"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/finding"
	"xiaobao/internal/organisation"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// promiseDue is by when what was promised has to be performed, by the rules of the day of receipt.
func (s *Service) promiseDue(c Summary, told time.Time) calendar.Date {
	from := calendar.DateOf(told, s.clocks.Zone)
	term, ok := s.rules.Internal().Term(ruleset.Performance, calendar.DateOf(c.ReceivedAt, s.clocks.Zone))
	if !ok { // received before any rule was in force
		return from
	}
	due, _ := s.clocks.Calendar.Due(from, term.Limit)
	return due
}

// Perform records that what was promised to the complainant was done; only then can the complaint be archived. Returns ErrNothingPromised, and
// fault.RequestInvalid.
func (s *Service) Perform(ctx context.Context, complaintID string, seen store.Match, p Performance) (string, error) {
	return s.move(ctx, complaintID, Perform, seen.Optional, func(tx *store.Tx, c *Case) (time.Time, []store.Owned, error) {
		decided := calendar.DateOf(*c.ClosedAt, s.clocks.Zone) // of a settlement, when it was agreed
		if c.Decision != nil && c.Decision.ApprovedAt != nil {
			decided, p.Promised = calendar.DateOf(*c.Decision.ApprovedAt, s.clocks.Zone), *c.Decision.Compensation
		} else {
			sum, err := settledSum(&tx.View, c.ID)
			if err != nil {
				return time.Time{}, nil, err
			}
			p.Promised = sum
		}
		if err := fault.Input(p.faults(decided, calendar.DateOf(tx.Now(), s.clocks.Zone))); err != nil {
			return time.Time{}, nil, err
		}
		p.ComplaintID, p.DueOn, p.RecordedBy, p.RecordedAt = c.ID, c.PromiseDueOn, tx.Actor().ID, tx.Now()
		row, err := s.toPerformanceRow(p)
		return time.Time{}, []store.Owned{store.Insert(row)}, err
	})
}

// GetPerformance returns how the promise of a complaint that the caller may read was performed. Returns NotFound.
func (s *Service) GetPerformance(ctx context.Context, complaintID string) (Performance, Shown, error) {
	shown, err := s.Get(ctx, complaintID, PartPerformance)
	if err != nil {
		return Performance{}, Shown{}, err
	}
	if shown.Performance == nil {
		return Performance{}, Shown{}, NotFound
	}
	return *shown.Performance, shown, nil
}

// language is that of the texts that the institution keeps.
const language = "zh-CN"

// uphold opens a finding for the right that an approved decision says was infringed, with the department complained of, or failing that the complaint's.
// Its texts speak of no single complaint: who mends it may not be who reads it.
func (s *Service) uphold(tx *store.Tx, c Case, d Decision) error {
	if !d.infringes() {
		return nil
	}
	department, err := complainedOf(&tx.View, c.ID)
	if err != nil {
		return err
	}
	right, cause, business := s.lists.Label("infringed_right", d.InfringedRight, language), s.lists.Label("cause", c.Cause(), language), s.lists.Label("business", c.Business(), language)
	_, err = s.findings.Open(tx, finding.Draft{Source: finding.Infringement, SourceID: c.ID, Subject: c.ID + "/" + d.InfringedRight, Title: "侵害消费者" + right + "：" + cause,
		Description: "经审批的处理决定认定：" + s.lists.Label("outcome", d.Outcome, language) + "。业务类别：" + business + "；投诉原因：" + cause + "；被侵害的权利：" + right + "。",
		Right:       d.InfringedRight, Severity: upheldSeverity, DepartmentID: first(department, c.DepartmentID)})
	return err
}

// upheldSeverity is how grave a confirmed infringement is, until somebody looks at it [ours].
const upheldSeverity = "medium"

// propose is the right that a decision should name: what the investigation found, failing that the one that the cause usually infringes.
func (s *Service) propose(v *store.View, c Summary) (string, error) {
	found, err := infringedRight(v, c.ID)
	return first(found, s.lists.Right(c.Cause())), err
}

func (s *Service) expandPerformance(v *store.View, shown *Shown) error {
	p, err := s.performanceOf(v, shown.ID)
	if err != nil || p == nil {
		return err
	}
	names, err := organisation.NamesOf(v, p.RecordedBy)
	shown.Performance, shown.People[p.RecordedBy] = p, names[p.RecordedBy]
	return err
}

// Findings is what findings have to know of the complaints from which they came.
func (s *Service) Findings() finding.Reader {
	return finding.Reader{Rows: s.Rows, Values: s.PersonalValues}
}
