package training

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

// Courses returns courses by their code; competences do not restrict when there are none.
func (s *Service) Courses(ctx context.Context, competences []string, p store.Page) (store.List[ShownCourse], error) {
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownCourse], error) {
		q := v.Gorm().Model(&courseRow{})
		if len(competences) > 0 {
			q = q.Where("competence IN ?", competences)
		}
		list, err := store.ListOf(q, store.Order{Column: "code", ID: "id"}, p, func(r courseRow) []any { return []any{r.Code, r.ID} })
		if err != nil {
			return store.List[ShownCourse]{}, err
		}
		var people []string
		for _, r := range list.Rows {
			people = append(people, r.CreatedBy)
		}
		names, err := organisation.NamesOf(v, people...)
		if err != nil {
			return store.List[ShownCourse]{}, err
		}
		return store.Shown(list, func(r courseRow) (ShownCourse, error) { return ShownCourse{fromCourseRow(r), names}, nil })
	})
}

// Filter is which certificates a list shows; empty members do not restrict.
type Filter struct {
	User                   string // "me" or an id
	Competences            []string
	ExpiresBefore, ValidOn calendar.Date
}

// ShownCertificate is a certificate with whose it is, and where it stands.
type ShownCertificate struct {
	Certificate
	User, DepartmentID string
	Department         string
	State              string
}

// Certificates returns those that the caller may read, those that end first before the others.
func (s *Service) Certificates(ctx context.Context, f Filter, p store.Page) (store.List[ShownCertificate], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownCertificate], error) {
		where, args := s.rights.Current().Scope(who, readCertificate).Where(authz.Columns{Departments: []string{"u.department_id"},
			Responsible: authz.HolderColumns{ID: "training_certificate.user_id", In: "u.department_id"}})
		q := v.Gorm().Model(&certificateRow{}).Joins("JOIN user_account u ON u.id = training_certificate.user_id").Where(where, args...)
		if f.User == "me" {
			f.User = who.ID
		}
		if f.User != "" {
			q = q.Where("training_certificate.user_id = ?", f.User)
		}
		if len(f.Competences) > 0 {
			q = q.Where("training_certificate.competence IN ?", f.Competences)
		}
		if !f.ExpiresBefore.IsZero() {
			q = q.Where("training_certificate.ends_on < ?", f.ExpiresBefore.String())
		}
		if !f.ValidOn.IsZero() {
			q = q.Where("training_certificate.valid_from <= ? AND training_certificate.ends_on >= ?", f.ValidOn.String(), f.ValidOn.String())
		}
		list, err := store.ListOf(q, store.Order{Column: "training_certificate.ends_on", ID: "training_certificate.id"}, p, func(r certificateRow) []any { return []any{r.EndsOn, r.ID} })
		if err != nil || len(list.Rows) == 0 {
			return store.List[ShownCertificate]{Rows: []ShownCertificate{}, Total: list.Total}, err
		}
		return s.show(v, list)
	})
}

// show adds to certificates what they are shown with, in as many queries for fifty as for one.
func (s *Service) show(v *store.View, list store.List[certificateRow]) (store.List[ShownCertificate], error) {
	users := make([]string, len(list.Rows))
	for i, r := range list.Rows {
		users[i] = r.UserID
	}
	var people []struct{ ID, Name, DepartmentID, Department string }
	err := v.Gorm().Table("user_account u").Joins("JOIN department d ON d.id = u.department_id").Where("u.id IN ?", users).
		Select("u.id, u.name, u.department_id, d.name AS department").Scan(&people).Error
	if err != nil {
		return store.List[ShownCertificate]{}, err
	}
	var last []certificateRow
	err = v.Gorm().Where("user_id IN ?", users).Select("user_id, competence, MAX(ends_on) AS ends_on").Group("user_id, competence").Find(&last).Error
	if err != nil {
		return store.List[ShownCertificate]{}, err
	}
	today := calendar.DateOf(v.Now(), s.zone)
	return store.Shown(list, func(r certificateRow) (ShownCertificate, error) {
		c, err := fromCertificateRow(r)
		one := ShownCertificate{Certificate: c}
		for _, p := range people {
			if p.ID == r.UserID {
				one.User, one.DepartmentID, one.Department = p.Name, p.DepartmentID, p.Department
			}
		}
		for _, l := range last {
			if l.UserID != r.UserID || l.Competence != r.Competence || err != nil {
				continue
			}
			var end calendar.Date
			end, err = calendar.Parse(l.EndsOn)
			one.State = c.state(end, today, s.numbers.WarningDays)
		}
		return one, err
	})
}
