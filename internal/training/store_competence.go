package training

import (
	"slices"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/codelist"
	"xiaobao/internal/id"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// Competent tells who of some people has a competence on a day, in one query however many they are.
func Competent(v *store.View, users []string, competence string, day calendar.Date) (Standing, error) {
	s := Standing{competence: competence, day: day, ends: map[string]calendar.Date{}}
	var rows []struct{ UserID, EndsOn string }
	err := v.Gorm().Table("training_certificate").Select("user_id, MAX(ends_on) AS ends_on").
		Where("user_id IN ? AND competence = ? AND valid_from <= ?", users, competence, day.String()).Group("user_id").Scan(&rows).Error
	if err != nil {
		return s, err
	}
	for _, r := range rows {
		s.ends[r.UserID], err = calendar.Parse(r.EndsOn)
		if err != nil {
			return s, err
		}
	}
	return s, nil
}

// Override keeps that a complaint goes to somebody, or without a user to whoever of a department accepts it, in spite of a missing certificate. The row
// belongs to the complaint's change.
func Override(tx *store.Tx, complaintID, departmentID, userID, competence string) store.Owned {
	return store.Insert(&overrideRow{ID: id.New("cov"), ComplaintID: complaintID, DepartmentID: departmentID, UserID: userID, Competence: competence,
		OverriddenBy: tx.Actor().ID, OverriddenAt: tx.Now()})
}

// Gate stands before a person who would accept complaints. The zero Gate is open.
type Gate struct {
	lacks  error
	except map[string][]string // the departments that were excepted, by complaint
}

// Check refuses to let a complaint of a department through. Returns training.not_certified.
func (g Gate) Check(complaintID, departmentID string) error {
	if slices.Contains(g.except[complaintID], departmentID) {
		return nil
	}
	return g.lacks
}

// Gatekeeper asks for the certificates that the stages of a complaint ask for.
type Gatekeeper struct {
	Competences ruleset.Competences
	Labels      *codelist.Lists // of the code list `competence`
	Zone        *time.Location
}

// Asks is the competence that a stage asks for today; empty for none.
func (k Gatekeeper) Asks(v *store.View, stage string) string {
	return k.Competences.For(stage, calendar.DateOf(v.Now(), k.Zone))
}

// Admit refuses a person who lacks what a stage asks for today, unless the complaint may go to the department without it; both are empty where a person is
// chosen. Returns training.not_certified.
func (k Gatekeeper) Admit(v *store.View, user, stage, complaintID, departmentID string) error {
	g, err := k.Gate(v, user, stage, complaintID)
	if err != nil {
		return err
	}
	return g.Check(complaintID, departmentID)
}

// Gate is what stands before a person at a stage today, for some complaints: two queries at most, and none while nothing is asked for.
func (k Gatekeeper) Gate(v *store.View, user, stage string, complaints ...string) (Gate, error) {
	competence := k.Asks(v, stage)
	if competence == "" || len(complaints) == 0 {
		return Gate{}, nil
	}
	standing, err := Competent(v, []string{user}, competence, calendar.DateOf(v.Now(), k.Zone))
	if err != nil {
		return Gate{}, err
	}
	g := Gate{lacks: standing.Check(user, k.Labels), except: map[string][]string{}}
	if g.lacks == nil {
		return g, nil
	}
	var rows []overrideRow
	err = v.Gorm().Where("complaint_id IN ? AND user_id = '' AND competence = ?", complaints, competence).Find(&rows).Error
	for _, r := range rows {
		g.except[r.ComplaintID] = append(g.except[r.ComplaintID], r.DepartmentID)
	}
	return g, err
}
