package training

import (
	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store"
)

// Held is how often people were in the training of a course, and how often that earned a certificate.
type Held struct {
	CourseID, Code, Title string
	Attended, Certified   int64
}

// HeldBetween are the courses of the sessions held from one day to another, by code, with the people of departments that the filter allows.
func HeldBetween(v *store.View, f authz.Filter, first, last calendar.Date) (all []Held, err error) {
	var rows []struct {
		Held
		DepartmentID string
	}
	err = v.Gorm().Table("training_session s").Joins("JOIN training_course c ON c.id = s.course_id").Joins("JOIN training_attendance a ON a.session_id = s.id").
		Joins("JOIN user_account u ON u.id = a.user_id").Joins("LEFT JOIN training_certificate k ON k.session_id = s.id AND k.user_id = a.user_id").
		Where("s.held_on >= ? AND s.held_on <= ? AND a.attended = ?", first.String(), last.String(), true).Group("c.id, c.code, c.title, u.department_id").Order("c.code, u.department_id").
		Select("c.id AS course_id, c.code, c.title, u.department_id, COUNT(*) AS attended, COUNT(k.id) AS certified").Scan(&rows).Error
	for _, r := range rows {
		if !f.Allows(authz.Row{DepartmentIDs: []string{r.DepartmentID}}) {
			continue
		}
		if n := len(all); n > 0 && all[n-1].CourseID == r.CourseID {
			all[n-1].Attended, all[n-1].Certified = all[n-1].Attended+r.Attended, all[n-1].Certified+r.Certified
			continue
		}
		all = append(all, r.Held)
	}
	return all, err
}
