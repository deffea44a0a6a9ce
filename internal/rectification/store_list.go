package rectification

import (
	"context"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Filter is which rectifications a list shows. Empty members do not restrict; the members of a list are alternatives.
type Filter struct {
	States, RootCauses, Severities []string
	Owner                          string // "me" or an id
	Department                     string // "mine" or an id
	Overdue                        *bool
	ComplaintID                    string
	Sort                           string // due_on or created_at, "-" before it for descending
}

// List returns the rectifications that the caller may read, without the parts that only one rectification's page shows.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		q, err := s.filtered(v, who, f)
		if err != nil {
			return store.List[Shown]{}, err
		}
		order := orderOf(f.Sort)
		list, err := store.ListOf(q.Omit("measure", "evidence", "comment"), order, p, func(r rectificationRow) []any { return after(r, order) })
		if err != nil {
			return store.List[Shown]{}, err
		}
		return s.show(v, who, list)
	})
}

func orderOf(sort string) store.Order {
	o := store.Order{ID: "rectification.id"}
	if sort != "" && sort[0] == '-' {
		o.Down, sort = true, sort[1:]
	}
	o.Column, o.Instant = "rectification."+sort, sort == "created_at"
	return o
}

// after are the values by which the next page finds its first row.
func after(r rectificationRow, o store.Order) []any {
	if o.Instant {
		return []any{r.CreatedAt.UTC(), r.ID}
	}
	return []any{r.DueOn, r.ID}
}

// filtered is what the caller may read and the filter asks for.
func (s *Service) filtered(v *store.View, who actor.Actor, f Filter) (*gorm.DB, error) {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	q := v.Gorm().Model(&rectificationRow{}).Where(where, args...)
	for column, values := range map[string][]string{"state": f.States, "root_cause_code": f.RootCauses, "severity": f.Severities} {
		if len(values) > 0 {
			q = q.Where("rectification."+column+" IN ?", values)
		}
	}
	if f.Owner == "me" {
		f.Owner = who.ID
	}
	if f.Owner != "" {
		q = q.Where("rectification.owner_id = ?", f.Owner)
	}
	if f.Department == "mine" {
		f.Department = who.DepartmentID
	}
	if f.Department != "" {
		q = q.Where("(rectification.department_id = ? OR rectification.opener_department_id = ?)", f.Department, f.Department)
	}
	if f.Overdue != nil {
		late := "rectification.state IN ? AND rectification.due_on < ?"
		if !*f.Overdue {
			late = "NOT (" + late + ")"
		}
		q = q.Where(late, []string{string(Open), string(Reopened)}, s.today(v).String())
	}
	if f.ComplaintID == "" {
		return q, nil
	}
	// A complaint that the caller may not read has no rectifications for her: else the filter would tell of the link.
	known, err := s.complaints.Rows(v, who, []string{f.ComplaintID})
	if len(known) == 0 {
		return q.Where("1=0"), err
	}
	return q.Where("rectification.id IN (SELECT x.rectification_id FROM rectification_complaint x WHERE x.complaint_id = ?)", f.ComplaintID), err
}

// show adds to the rows of a list what they are shown with, in as many queries for fifty rows as for one.
func (s *Service) show(v *store.View, who actor.Actor, rows store.List[rectificationRow]) (store.List[Shown], error) {
	ids, people := make([]string, len(rows.Rows)), []string{}
	for i, row := range rows.Rows {
		ids[i] = row.ID
	}
	concerned, err := concernedIn(v, ids...)
	if err != nil {
		return store.List[Shown]{}, err
	}
	list, err := store.Shown(rows, func(row rectificationRow) (Shown, error) {
		summary, err := row.summary()
		summary.Concerned, people = concerned[row.ID], append(people, summary.people()...)
		// Who is named has been left out by the filter.
		return Shown{Rectification: Rectification{Summary: summary}, Allowed: s.allowed(who, summary, summary.row()), Today: s.today(v)}, err
	})
	if err != nil || len(ids) == 0 {
		return list, err
	}
	names, err := organisation.NamesOf(v, people...)
	if err != nil {
		return list, err
	}
	var counts []struct {
		RectificationID string
		N               int
	}
	err = v.Gorm().Model(&linkRow{}).Where("rectification_id IN ?", ids).Group("rectification_id").Select("rectification_id, COUNT(*) AS n").Scan(&counts).Error
	byID := map[string]int{}
	for _, c := range counts {
		byID[c.RectificationID] = c.N
	}
	for i := range list.Rows {
		shown := &list.Rows[i]
		shown.People, shown.Count = names, byID[shown.ID]
	}
	return list, err
}

// Timing is what a standard of service asks of one rectification.
type Timing struct {
	ID, DueOn, State string
	CompletedAt      *time.Time
}

// Due are the rectifications whose due date lies in some days, first and last included, whoever asks. Without departments they are the whole institution's.
func Due(v *store.View, from, to calendar.Date, departments []string) ([]Timing, error) {
	q := v.Gorm().Model(&rectificationRow{}).Where("due_on >= ? AND due_on <= ?", from.String(), to.String())
	if departments != nil {
		q = q.Where("department_id IN ?", departments)
	}
	var all []Timing
	err := q.Order("id").Select("id, due_on, state, completed_at").Scan(&all).Error
	return all, err
}

// Readable is the query of the rectifications that an actor may read, for features above to narrow down.
func (s *Service) Readable(v *store.View, who actor.Actor) *gorm.DB {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	return v.Gorm().Model(&rectificationRow{}).Where(where, args...)
}
