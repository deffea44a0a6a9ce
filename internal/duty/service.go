package duty

import (
	"context"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/clock"
	"xiaobao/internal/fault"
	"xiaobao/internal/organisation"
	"xiaobao/internal/policy"
	"xiaobao/internal/store"
)

var readDuty = authz.Question{Object: "duty", Act: "read"}

// Service serves the operation on duties.
type Service struct {
	db     *store.DB
	rights *authz.InForce
	build  policy.Build
	duties []Duty
	clocks clock.Reckoner
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, build policy.Build, duties []Duty, clocks clock.Reckoner) *Service {
	return &Service{db: db, rights: rights, build: build, duties: duties, clocks: clocks}
}

// Overview is whose duty is what on a day, and who was responsible until then.
type Overview struct {
	AsOf        calendar.Date
	Matrix      *Matrix // nil for who may see the responsible persons alone
	Responsible []Responsible
	Names       organisation.Names
}

// Responsible is somebody who was responsible for a unit, as its head or as a senior manager; until is nil while she is.
type Responsible struct {
	UnitID, Office, PersonID string
	From                     time.Time
	Until                    *time.Time
}

// Get tells how it stood at the end of a day, or now for today and the zero day. Returns fault.RequestInvalid for a day to come.
func (s *Service) Get(ctx context.Context, day calendar.Date) (Overview, error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (Overview, error) {
		day, at, past := s.clocks.AsOf(day, v.Now())
		if !past {
			return Overview{}, fault.Input([]fault.Item{fault.In("query", "as_of", fault.InFuture)})
		}
		departments, err := organisation.Tree(v)
		if err != nil {
			return Overview{}, err
		}
		heads, err := organisation.HeadshipsUntil(v, at)
		if err != nil {
			return Overview{}, err
		}
		places, err := organisation.PlacementsUntil(v, at)
		if err != nil {
			return Overview{}, err
		}
		o := Overview{AsOf: day, Responsible: responsible(departments, heads, places)}
		if s.rights.Current().May(who, readDuty) {
			engine, version, err := policy.At(v, s.build, s.rights, at)
			if err != nil {
				return Overview{}, err
			}
			units := unitsOf(departments, heads)
			m := Make(engine, s.duties, units, peopleOf(units, places))
			m.PolicyVersion, o.Matrix = version, &m
		}
		o.Names, err = organisation.NamesOf(v, o.people(departments)...)
		return o, err
	})
}

// people are the ids of all that the overview names.
func (o Overview) people(departments []organisation.Department) []string {
	var ids []string
	for _, d := range departments {
		ids = append(ids, d.ID)
	}
	for _, r := range o.Responsible {
		ids = append(ids, r.PersonID)
	}
	if o.Matrix == nil {
		return ids
	}
	for _, d := range o.Matrix.Duties {
		for _, u := range d.Units {
			ids = append(ids, u.People...)
		}
	}
	for _, office := range o.Matrix.Offices {
		ids = append(ids, office.PersonID)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func unitsOf(departments []organisation.Department, heads []organisation.Headship) []Unit {
	last := map[string]string{}
	for _, h := range heads {
		last[h.DepartmentID] = h.HeadID
	}
	units := make([]Unit, len(departments))
	for i, d := range departments {
		units[i] = Unit{ID: d.ID, Kind: d.Kind, Path: d.Path, HeadID: last[d.ID]}
	}
	return units
}

// peopleOf are those who are active at the end of the placements.
func peopleOf(units []Unit, places []organisation.Placement) []Person {
	at := map[string]Unit{}
	for _, u := range units {
		at[u.ID] = u
	}
	var all []Person
	for i, p := range places {
		if last := i == len(places)-1 || places[i+1].UserID != p.UserID; last && p.Active {
			all = append(all, Person{ID: p.UserID, Unit: at[p.DepartmentID], Roles: p.Roles})
		}
	}
	return all
}

// responsible is the list of responsible persons with its history, by unit and time.
func responsible(departments []organisation.Department, heads []organisation.Headship, places []organisation.Placement) []Responsible {
	var all []Responsible
	for i, h := range heads {
		if h.HeadID == "" {
			continue
		}
		r := Responsible{UnitID: h.DepartmentID, Office: organisation.Head, PersonID: h.HeadID, From: h.From}
		if i+1 < len(heads) && heads[i+1].DepartmentID == h.DepartmentID {
			r.Until = &heads[i+1].From
		}
		all = append(all, r)
	}
	all = append(all, managers(places)...)
	order := map[string]int{}
	for i, d := range departments {
		order[d.ID] = i
	}
	slices.SortStableFunc(all, func(a, b Responsible) int {
		if a.UnitID != b.UnitID {
			return order[a.UnitID] - order[b.UnitID]
		}
		return a.From.Compare(b.From)
	})
	return all
}

// managers are the senior managers, each from when to when in one unit.
func managers(places []organisation.Placement) []Responsible {
	var all []Responsible
	open := false // whether the last of them goes on
	for i, p := range places {
		same := i > 0 && places[i-1].UserID == p.UserID
		manages := p.Active && slices.Contains(p.Roles, organisation.SeniorManager)
		if open && same && (!manages || all[len(all)-1].UnitID != p.DepartmentID) {
			all[len(all)-1].Until = &places[i].From
		}
		goesOn := open && same && manages && all[len(all)-1].UnitID == p.DepartmentID
		if manages && !goesOn {
			all = append(all, Responsible{UnitID: p.DepartmentID, Office: organisation.SeniorManager, PersonID: p.UserID, From: p.From})
		}
		open = manages
	}
	return all
}
