package clock

import (
	"errors"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

type clockRow struct {
	ID          string     `gorm:"primaryKey" audit:"ignore"`
	SubjectID   string     `audit:"ignore"`
	Kind        string     `audit:"ignore"`
	RuleSet     string     `audit:"ignore"`
	RuleLimit   string     `audit:"ignore"`
	Article     string     `audit:"ignore"`
	Official    bool       `audit:"ignore"`
	StartOn     string     `audit:"ignore"`
	LimitValue  int        `audit:"ignore"`
	LimitUnit   string     `audit:"ignore"`
	RunsTo      int        `audit:"ignore"`
	Cap         int        `audit:"ignore"`
	DueOn       string     `audit:"ignore"`
	ActByOn     string     `audit:"ignore"`
	DueAt       time.Time  `audit:"ignore"`
	Provisional bool       `audit:"ignore"`
	State       string     `audit:"ignore"`
	StoppedAt   *time.Time `audit:"ignore"`
}

func (clockRow) TableName() string { return "clock" }

type entryRow struct {
	ClockID     string    `gorm:"primaryKey" audit:"ignore"`
	Seq         int       `gorm:"primaryKey" audit:"ignore"`
	At          time.Time `audit:"ignore"`
	Event       string    `audit:"ignore"`
	DueOnBefore string    `audit:"ignore"`
	DueOnAfter  string    `audit:"ignore"`
	ByID        string    `audit:"ignore"`
	Reason      string    `audit:"ignore"`
}

func (entryRow) TableName() string { return "clock_entry" }

func toRow(c Clock) clockRow {
	r := clockRow{ID: c.ID, SubjectID: c.Subject, Kind: string(c.Kind), RuleSet: c.Rule.Set, RuleLimit: string(c.Rule.Limit), Article: c.Rule.Article,
		Official: c.Rule.Official, StartOn: c.StartOn.String(), LimitValue: c.Limit.Value, LimitUnit: string(c.Limit.Unit), RunsTo: c.RunsTo, Cap: c.Cap,
		DueOn: c.DueOn.String(), ActByOn: c.ActByOn.String(), DueAt: c.DueAt.UTC(), Provisional: c.Provisional, State: string(c.State)}
	if !c.StoppedAt.IsZero() {
		r.StoppedAt = &c.StoppedAt
	}
	return r
}

func fromRow(r clockRow) (Clock, error) {
	c := Clock{ID: r.ID, Subject: r.SubjectID, Kind: Kind(r.Kind),
		Rule:   Rule{Set: r.RuleSet, Limit: ruleset.Name(r.RuleLimit), Article: r.Article, Official: r.Official},
		Limit:  calendar.Limit{Value: r.LimitValue, Unit: calendar.Unit(r.LimitUnit)},
		RunsTo: r.RunsTo, Cap: r.Cap, DueAt: r.DueAt.UTC(), Provisional: r.Provisional, State: State(r.State)}
	if r.StoppedAt != nil {
		c.StoppedAt = r.StoppedAt.UTC()
	}
	return c, errors.Join(c.StartOn.UnmarshalText([]byte(r.StartOn)), c.DueOn.UnmarshalText([]byte(r.DueOn)), c.ActByOn.UnmarshalText([]byte(r.ActByOn)))
}

func toEntryRow(clockID string, seq int, e Entry) entryRow {
	return entryRow{ClockID: clockID, Seq: seq, At: e.At.UTC(), Event: string(e.Event), DueOnBefore: e.DueOnBefore.String(), DueOnAfter: e.DueOnAfter.String(),
		ByID: e.By, Reason: e.Reason}
}

func fromEntryRow(r entryRow) (Entry, error) {
	e := Entry{At: r.At.UTC(), Event: Event(r.Event), By: r.ByID, Reason: r.Reason}
	if err := e.DueOnBefore.UnmarshalText([]byte(r.DueOnBefore)); err != nil {
		return Entry{}, err
	}
	return e, e.DueOnAfter.UnmarshalText([]byte(r.DueOnAfter))
}

// Changes are the rows that turn the clocks before into the clocks after: new clocks, changed ones, and what the ledgers gained. They are
// saved with the subject that owns them.
func Changes(before, after []Clock) []store.Owned {
	old := map[string]Clock{}
	for _, c := range before {
		old[c.ID] = c
	}
	var changed []clockRow
	var entries []entryRow
	for _, c := range after {
		was := old[c.ID]
		if len(c.Ledger) > len(was.Ledger) { // whatever happens to a clock is a line of its ledger
			changed = append(changed, toRow(c))
		}
		for i := len(was.Ledger); i < len(c.Ledger); i++ {
			entries = append(entries, toEntryRow(c.ID, i+1, c.Ledger[i]))
		}
	}
	return []store.Owned{store.Put(changed), store.Insert(entries)}
}

// Load returns the clocks of subjects with their ledgers, oldest first, by the subject's id.
func Load(v *store.View, subjects ...string) (map[string][]Clock, error) {
	return load(v, "clock.subject_id IN ?", subjects)
}

// lineRow is a line of a ledger with its clock, which has one at least: that it was armed.
type lineRow struct {
	Clock clockRow `gorm:"embedded"`
	Line  entryRow `gorm:"embedded;embeddedPrefix:line_"`
}

const lineColumns = "clock.*, line.clock_id AS line_clock_id, line.seq AS line_seq, line.at AS line_at, line.event AS line_event, " +
	"line.due_on_before AS line_due_on_before, line.due_on_after AS line_due_on_after, line.by_id AS line_by_id, line.reason AS line_reason"

func load(v *store.View, where string, values any) (map[string][]Clock, error) {
	var rows []lineRow
	err := v.Gorm().Table("clock").Joins("JOIN clock_entry line ON line.clock_id = clock.id").Where(where, values).
		Order("clock.id, line.seq").Select(lineColumns).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	clocks := map[string][]Clock{}
	for _, r := range rows {
		e, err := fromEntryRow(r.Line)
		if err != nil {
			return nil, err
		}
		of := clocks[r.Clock.SubjectID]
		if len(of) == 0 || of[len(of)-1].ID != r.Clock.ID {
			c, err := fromRow(r.Clock)
			if err != nil {
				return nil, err
			}
			of = append(of, c)
		}
		c := &of[len(of)-1]
		c.Ledger = append(c.Ledger, e)
		clocks[c.Subject] = of
	}
	return clocks, nil
}

// LoadOne returns a clock by its id; nil when there is none.
func LoadOne(v *store.View, id string) (*Clock, error) {
	found, err := load(v, "clock.id IN ?", []string{id})
	if err != nil {
		return nil, err
	}
	for _, clocks := range found {
		return &clocks[0], nil
	}
	return nil, nil
}

// SubjectsOver returns subjects that have a running clock whose limit is over, at most limit of them: what the sweep has to look at.
func SubjectsOver(v *store.View, limit int) ([]string, error) {
	var subjects []string
	err := v.Gorm().Model(&clockRow{}).Distinct("subject_id").Where("state = ? AND due_at <= ?", string(StateRunning), v.Now()).Limit(limit).Pluck("subject_id", &subjects).Error
	return subjects, err
}
