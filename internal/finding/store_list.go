package finding

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Filter is which findings a list shows. Empty members do not restrict; the members of a list are alternatives.
type Filter struct {
	States, Sources, Severities, Rights []string
	Owner                               string // "me", "none" or an id
	Department                          string // "mine" or an id
	Overdue                             *bool
	Sort                                string // due_on or created_at, "-" before it for descending
}

// Shown is a finding as one caller may see it.
type Shown struct {
	Finding
	SourceShown    bool               // whether the caller may read the record of the source
	Values         []string           // of consumers, which its texts must not show
	People         organisation.Names // of users and departments
	Rectifications []string           // those that the caller may read; only of one finding
	Today          calendar.Date
}

// List returns the findings that the caller may read, without the parts that only one finding's page shows.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		order := orderOf(f.Sort)
		rows, err := store.ListOf(s.filtered(v, who, f).Omit("description", "reopen_reason"), order, p, func(r findingRow) []any { return after(r, order) })
		if err != nil {
			return store.List[Shown]{}, err
		}
		list, err := store.Shown(rows, func(row findingRow) (Finding, error) {
			summary, err := s.summary(row)
			return Finding{Summary: summary}, err
		})
		if err != nil {
			return store.List[Shown]{}, err
		}
		shown, err := s.show(v, who, list.Rows)
		return store.List[Shown]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}

func orderOf(sort string) store.Order {
	o := store.Order{ID: "finding.id"}
	if sort != "" && sort[0] == '-' {
		o.Down, sort = true, sort[1:]
	}
	o.Column, o.Instant = "finding."+sort, sort == "created_at"
	return o
}

// after are the values by which the next page finds its first row.
func after(r findingRow, o store.Order) []any {
	if o.Instant {
		return []any{r.CreatedAt.UTC(), r.ID}
	}
	return []any{r.DueOn, r.ID}
}

// filtered is what the caller may read and the filter asks for.
func (s *Service) filtered(v *store.View, who actor.Actor, f Filter) *gorm.DB {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	q := v.Gorm().Model(&findingRow{}).Where(where, args...)
	for column, values := range map[string][]string{"state": f.States, "source_type": f.Sources, "severity": f.Severities, "infringed_right": f.Rights} {
		if len(values) > 0 {
			q = q.Where("finding."+column+" IN ?", values)
		}
	}
	switch f.Owner {
	case "":
	case "me":
		q = q.Where("finding.owner_id = ?", who.ID)
	case "none":
		q = q.Where("finding.owner_id = ''")
	default:
		q = q.Where("finding.owner_id = ?", f.Owner)
	}
	if f.Department == "mine" {
		f.Department = who.DepartmentID
	}
	if f.Department != "" {
		q = q.Where("finding.department_id = ?", f.Department)
	}
	if f.Overdue == nil {
		return q
	}
	late := "finding.closed_at IS NULL AND finding.due_on < ?"
	if !*f.Overdue {
		late = "NOT (" + late + ")"
	}
	return q.Where(late, s.today(v).String())
}

// Get returns a finding as the caller may see it. Returns NotFound.
func (s *Service) Get(ctx context.Context, id string) (Shown, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Shown, error) {
		readable, err := s.Rows(v, who, []string{id})
		if err != nil {
			return Shown{}, err
		}
		if len(readable) == 0 {
			return Shown{}, NotFound
		}
		f, err := s.load(v, id)
		if err != nil {
			return Shown{}, err
		}
		shown, err := s.show(v, who, []Finding{f})
		if err != nil {
			return Shown{}, err
		}
		mended, err := s.mended(v, who, []string{id})
		shown[0].Rectifications = mended[id]
		return shown[0], err
	})
}

// show adds to findings what they are shown with, in as many queries for fifty as for one of the same source.
func (s *Service) show(v *store.View, who actor.Actor, all []Finding) ([]Shown, error) {
	var people []string
	bySource := map[Source][]string{}
	for _, f := range all {
		people = append(people, f.DepartmentID, f.OwnerID)
		if f.SourceID != "" {
			bySource[f.Source] = append(bySource[f.Source], f.SourceID)
		}
	}
	names, err := organisation.NamesOf(v, people...)
	if err != nil {
		return nil, err
	}
	var readable, values []string
	for source, ids := range bySource {
		r := s.readers[source]
		rows, err := r.Rows(v, who, ids)
		if err != nil {
			return nil, err
		}
		for id := range rows {
			readable = append(readable, id)
		}
		if r.Values == nil {
			continue
		}
		more, err := r.Values(v, ids)
		if err != nil {
			return nil, err
		}
		values = append(values, more...)
	}
	shown := make([]Shown, len(all))
	for i, f := range all {
		shown[i] = Shown{Finding: f, SourceShown: slices.Contains(readable, f.SourceID), Values: values, People: names, Today: s.today(v)}
	}
	return shown, nil
}
