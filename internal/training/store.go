package training

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/organisation"
	"xiaobao/internal/store"
)

type courseRow struct {
	ID          string    `gorm:"primaryKey" audit:"ignore"`
	Version     int64     `audit:"ignore"`
	Code        string    `audit:"track"`
	Title       string    `audit:"track"`
	Competence  string    `audit:"track"`
	PassMark    int64     `audit:"track"`
	ValidMonths int64     `audit:"track"`
	Audience    string    `audit:"track"` // codes with commas between them
	CreatedBy   string    `audit:"ignore"`
	CreatedAt   time.Time `audit:"ignore"`
}

func (courseRow) TableName() string { return "training_course" }

func toCourseRow(c Course) *courseRow {
	return &courseRow{ID: c.ID, Version: c.Version, Code: c.Code, Title: c.Title, Competence: c.Competence, PassMark: c.PassMark, ValidMonths: c.Months,
		Audience: strings.Join(c.Groups, ","), CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt}
}

func fromCourseRow(r courseRow) Course {
	return Course{ID: r.ID, Version: r.Version, Code: r.Code, Title: r.Title, Competence: r.Competence, PassMark: r.PassMark, Months: r.ValidMonths,
		Groups: strings.Split(r.Audience, ","), CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt.UTC()}
}

type sessionRow struct {
	ID                string    `gorm:"primaryKey" audit:"ignore"`
	Version           int64     `audit:"ignore"`
	CourseID          string    `audit:"track"`
	HeldOn            string    `audit:"track"`
	Trainer           string    `audit:"track"`
	MaterialReference string    `audit:"track"`
	Backdated         bool      `audit:"track"`
	RecordedBy        string    `audit:"ignore"`
	RecordedAt        time.Time `audit:"ignore"`
}

func (sessionRow) TableName() string { return "training_session" }

func toSessionRow(s Session) *sessionRow {
	return &sessionRow{ID: s.ID, Version: s.Version, CourseID: s.CourseID, HeldOn: s.HeldOn.String(), Trainer: s.Trainer, MaterialReference: s.MaterialReference,
		Backdated: s.Backdated, RecordedBy: s.RecordedBy, RecordedAt: s.RecordedAt}
}

func fromSessionRow(r sessionRow, attendance []attendanceRow) (Session, error) {
	held, err := calendar.Parse(r.HeldOn)
	s := Session{ID: r.ID, Version: r.Version, CourseID: r.CourseID, HeldOn: held, Trainer: r.Trainer, MaterialReference: r.MaterialReference,
		Backdated: r.Backdated, RecordedBy: r.RecordedBy, RecordedAt: r.RecordedAt.UTC(), Attendance: make([]Attendance, len(attendance))}
	for i, a := range attendance {
		s.Attendance[i] = Attendance{UserID: a.UserID, Attended: a.Attended, Score: a.ExamScore}
	}
	return s, err
}

type attendanceRow struct {
	SessionID string `gorm:"primaryKey" audit:"ignore"`
	UserID    string `gorm:"primaryKey" audit:"ignore"`
	Attended  bool   `audit:"ignore"`
	ExamScore *int64 `audit:"ignore"`
}

func (attendanceRow) TableName() string { return "training_attendance" }

type certificateRow struct {
	ID         string `gorm:"primaryKey" audit:"ignore"`
	Version    int64  `audit:"ignore"`
	SessionID  string `audit:"track"`
	CourseID   string `audit:"ignore"`
	UserID     string `audit:"track"`
	Competence string `audit:"track"`
	ValidFrom  string `audit:"track"`
	EndsOn     string `audit:"track"`
}

func (certificateRow) TableName() string { return "training_certificate" }

func toCertificateRow(c Certificate) certificateRow {
	return certificateRow{ID: c.ID, Version: 1, SessionID: c.SessionID, CourseID: c.CourseID, UserID: c.UserID, Competence: c.Competence, ValidFrom: c.ValidFrom.String(), EndsOn: c.EndsOn.String()}
}

func fromCertificateRow(r certificateRow) (Certificate, error) {
	from, err := calendar.Parse(r.ValidFrom)
	if err != nil {
		return Certificate{}, err
	}
	end, err := calendar.Parse(r.EndsOn)
	return Certificate{ID: r.ID, SessionID: r.SessionID, CourseID: r.CourseID, UserID: r.UserID, Competence: r.Competence, ValidFrom: from, EndsOn: end}, err
}

// overrideRow is a complaint given to somebody in spite of a missing certificate; without a user, to whoever of a department accepts it.
type overrideRow struct {
	ID           string    `gorm:"primaryKey" audit:"ignore"`
	ComplaintID  string    `audit:"ignore"`
	DepartmentID string    `audit:"ignore"`
	UserID       string    `audit:"ignore"`
	Competence   string    `audit:"ignore"`
	OverriddenBy string    `audit:"ignore"`
	OverriddenAt time.Time `audit:"ignore"`
}

func (overrideRow) TableName() string { return "competence_override" }

var errNoCourse = errors.New("training: no such course")

func loadCourse(v *store.View, id string) (Course, error) {
	row, err := store.Take[courseRow](v.Gorm().Where("id = ?", id), errNoCourse)
	return fromCourseRow(row), err
}

func loadSession(v *store.View, id string) (Session, error) {
	var row sessionRow
	if err := v.Gorm().Where("id = ?", id).Take(&row).Error; err != nil {
		return Session{}, err
	}
	var attendance []attendanceRow
	if err := v.Gorm().Where("session_id = ?", id).Order("user_id").Find(&attendance).Error; err != nil {
		return Session{}, err
	}
	return fromSessionRow(row, attendance)
}

// certificatesOf are those that a session earned, by user.
func certificatesOf(v *store.View, sessionID string) (map[string]Certificate, error) {
	var rows []certificateRow
	err := v.Gorm().Where("session_id = ?", sessionID).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	all := map[string]Certificate{}
	for _, r := range rows {
		all[r.UserID], err = fromCertificateRow(r)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}

// yearOf are the first and the last day of a year.
func yearOf(year int) (first, last calendar.Date) {
	first, _ = calendar.Parse(fmt.Sprintf("%04d-01-01", year)) // the contract's bounds have been checked before
	last, _ = calendar.Parse(fmt.Sprintf("%04d-12-31", year))
	return first, last
}

// staff are the active users of a scope.
func (s *Service) staff(v *store.View, where string, args ...any) ([]person, error) {
	var rows []struct {
		ID, Name, DepartmentID, Roles string
		CreatedAt                     time.Time
	}
	err := v.Gorm().Table("user_account").Select("id, name, department_id, roles, created_at").Where("status = ?", organisation.Active).Where(where, args...).Scan(&rows).Error
	people := make([]person, len(rows))
	for i, r := range rows {
		people[i] = person{id: r.ID, name: r.Name, departmentID: r.DepartmentID, roles: strings.Split(r.Roles, ","), since: calendar.DateOf(r.CreatedAt, s.zone)}
	}
	return people, err
}

// trainedBetween are the groups in whose training people were from one day to another, by user.
func trainedBetween(v *store.View, first, last calendar.Date) (map[string][]string, error) {
	var rows []struct{ UserID, Audience string }
	err := v.Gorm().Table("training_session s").Joins("JOIN training_course c ON c.id = s.course_id").Joins("JOIN training_attendance a ON a.session_id = s.id").
		Where("s.held_on >= ? AND s.held_on <= ? AND a.attended = ?", first.String(), last.String(), true).Distinct("a.user_id", "c.audience").Scan(&rows).Error
	trained := map[string][]string{}
	for _, r := range rows {
		trained[r.UserID] = append(trained[r.UserID], strings.Split(r.Audience, ",")...)
	}
	return trained, err
}

func overridesBetween(v *store.View, scope authz.Filter, from, before time.Time) (int64, error) {
	where, args := scope.Where(authz.Columns{Departments: []string{"department_id"}})
	var n int64
	err := v.Gorm().Model(&overrideRow{}).Where("overridden_at >= ? AND overridden_at < ?", from.UTC(), before.UTC()).Where(where, args...).Count(&n).Error
	return n, err
}
