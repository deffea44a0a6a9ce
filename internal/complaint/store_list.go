package complaint

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Filter is which complaints a list shows. Empty members do not restrict; the members of a list are alternatives.
type Filter struct {
	Stages, Outcomes, Sources, Channels []string
	Businesses, Causes, Regions         []string
	Department                          string // "mine" or an id
	Responsible                         string // "me", "none" or an id
	Overdue                             *bool
	ActBy, ReceivedFrom, ReceivedTo     calendar.Date
	UpdatedAfter                        *time.Time
	Number, ExternalReference, ClientID string
	Sort                                string // a sortable column, "-" before it for descending
	Parts                               []string
}

// sortable are the orders of a list by their names in the contract.
var sortable = map[string]string{"received_at": "complaint.received_at", "act_by_on": "complaint.act_by_on", "stage_act_by_on": "complaint.stage_act_by_on", "updated_at": "complaint.updated_at"}

// List returns the complaints that the caller may read, without the parts that only one complaint's page shows.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		q := s.filtered(v, who, f)
		var list store.List[Shown]
		if p.Total {
			var n int64
			if err := q.Session(&gorm.Session{}).Count(&n).Error; err != nil {
				return store.List[Shown]{}, err
			}
			list.Total = &n
		}
		order := orderOf(f.Sort)
		rows, err := scanNamed(store.Keyset(q, order, p))
		if err != nil {
			return store.List[Shown]{}, err
		}
		rows, more := store.Cut(rows, p)
		if more {
			list.After = after(&rows[len(rows)-1].Complaint, order)
		}
		list.Rows, err = s.showRows(v, who, rows)
		if err != nil {
			return store.List[Shown]{}, err
		}
		return list, s.expandRows(v, who, list.Rows, f.Parts)
	})
}

func orderOf(sort string) store.Order {
	o := store.Order{ID: "complaint.id"}
	if sort != "" && sort[0] == '-' {
		o.Down, sort = true, sort[1:]
	}
	o.Column, o.Instant = sortable[sort], strings.HasSuffix(sort, "_at")
	return o
}

// after are the values by which the next page finds its first row.
func after(r *complaintRow, o store.Order) []any {
	switch o.Column {
	case "complaint.act_by_on":
		return []any{r.ActByOn, r.ID}
	case "complaint.stage_act_by_on":
		return []any{r.StageActByOn, r.ID}
	case "complaint.updated_at":
		return []any{r.UpdatedAt.UTC(), r.ID}
	}
	return []any{r.ReceivedAt.UTC(), r.ID}
}

// filtered is what the caller may read and the filter asks for.
func (s *Service) filtered(v *store.View, who actor.Actor, f Filter) *gorm.DB {
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	q := v.Gorm().Model(&complaintRow{}).Where(where, args...)
	for column, values := range map[string][]string{"stage": f.Stages, "outcome": f.Outcomes, "source": f.Sources, "intake_channel": f.Channels, "region_code": f.Regions} {
		if len(values) > 0 {
			q = q.Where("complaint."+column+" IN ?", values)
		}
	}
	for column, values := range map[string][]string{"business_code": f.Businesses, "cause_code": f.Causes} {
		if len(values) > 0 {
			q = q.Where("CASE WHEN complaint.final_"+column+" <> '' THEN complaint.final_"+column+" ELSE complaint."+column+" END IN ?", values)
		}
	}
	for column, value := range map[string]string{"number": f.Number, "external_reference": f.ExternalReference, "client_id": f.ClientID} {
		if value != "" {
			q = q.Where("complaint."+column+" = ?", value)
		}
	}
	return s.filteredByPeople(s.filteredByDate(q, v.Now(), f), who, f)
}

func (s *Service) filteredByDate(q *gorm.DB, now time.Time, f Filter) *gorm.DB {
	today := calendar.DateOf(now, s.clocks.Zone).String()
	const late = "(complaint.closed_at IS NULL AND (complaint.due_on < ? OR complaint.stage_due_on < ?) OR complaint.promise_due_on < ?)"
	if f.Overdue != nil && *f.Overdue {
		q = q.Where(late, today, today, today)
	}
	if f.Overdue != nil && !*f.Overdue {
		q = q.Where("NOT "+late, today, today, today)
	}
	if !f.ActBy.IsZero() {
		q = q.Where("complaint.closed_at IS NULL AND complaint.act_by_on <= ?", f.ActBy.String())
	}
	if !f.ReceivedFrom.IsZero() {
		q = q.Where("complaint.received_at >= ?", calendar.End(f.ReceivedFrom.AddDays(-1), s.clocks.Zone).UTC())
	}
	if !f.ReceivedTo.IsZero() {
		q = q.Where("complaint.received_at < ?", calendar.End(f.ReceivedTo, s.clocks.Zone).UTC())
	}
	if f.UpdatedAfter != nil {
		q = q.Where("complaint.updated_at > ?", f.UpdatedAfter.UTC())
	}
	return q
}

func (s *Service) filteredByPeople(q *gorm.DB, who actor.Actor, f Filter) *gorm.DB {
	switch f.Department {
	case "":
	case "mine":
		q = q.Where("complaint.department_id = ?", who.DepartmentID)
	default:
		q = q.Where("complaint.department_id = ?", f.Department)
	}
	switch f.Responsible {
	case "":
	case "me":
		q = q.Where("complaint.responsible_id = ? AND complaint.responsible_in = ?", who.ID, who.DepartmentID)
	case "none":
		q = q.Where("(complaint.responsible_id = '' OR complaint.closed_at IS NULL AND EXISTS (SELECT 1 FROM user_account gone WHERE gone.id = complaint.responsible_id "+
			"AND (gone.status = ? OR gone.department_id <> complaint.responsible_in)))", organisation.Suspended)
	default:
		q = q.Where("complaint.responsible_id = ?", f.Responsible)
	}
	return q
}

// showRows makes of the rows of a list what is shown, in as many queries for fifty rows as for one.
func (s *Service) showRows(v *store.View, who actor.Actor, rows []*namedRow) ([]Shown, error) {
	shown := make([]Shown, len(rows))
	var deciding, received []string
	today := calendar.DateOf(v.Now(), s.clocks.Zone)
	for i, r := range rows {
		one, err := s.named(r)
		if err != nil {
			return nil, err
		}
		one.Today, one.ForKey = today, who.Kind == actor.Client
		shown[i] = one
		if one.Stage == StageFeedback {
			deciding = append(deciding, one.ID)
		}
		if one.Stage == StageIntake {
			received = append(received, one.ID)
		}
	}
	decisions := map[string]Decision{}
	if len(deciding) > 0 {
		var err error
		decisions, err = s.newestDecisions(v, deciding...)
		if err != nil {
			return nil, err
		}
	}
	g, err := s.gates.Gate(v, who.ID, string(StageInvestigation), received...)
	if err != nil {
		return nil, err
	}
	may := s.permits(who)
	for i := range shown {
		kase := Case{Summary: shown[i].Summary}
		if d, ok := decisions[kase.ID]; ok {
			kase.Decision = &d
		}
		shown[i].Allowed = s.allowedBy(may, g, who, kase)
	}
	return shown, nil
}
