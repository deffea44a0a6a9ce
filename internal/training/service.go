package training

import (
	"context"
	"errors"
	"slices"
	"time"

	"xiaobao/internal/authz"
	"xiaobao/internal/calendar"
	"xiaobao/internal/fault"
	"xiaobao/internal/id"
	"xiaobao/internal/organisation"
	"xiaobao/internal/ruleset"
	"xiaobao/internal/store"
)

// Service serves the operations on courses, sessions, certificates and coverage.
type Service struct {
	db      *store.DB
	rights  *authz.InForce
	numbers ruleset.Competences
	zone    *time.Location
}

// NewService makes the service.
func NewService(db *store.DB, rights *authz.InForce, numbers ruleset.Competences, zone *time.Location) *Service {
	return &Service{db: db, rights: rights, numbers: numbers, zone: zone}
}

const (
	courseObject      = "training_course"
	sessionObject     = "training_session"
	certificateObject = "certificate"
)

var readCertificate = authz.Question{Object: certificateObject, Act: "read"}

// Create adds a course. Returns codeTaken, or fault.RequestInvalid.
func (s *Service) Create(ctx context.Context, c Course, exam bool) (string, error) {
	if exam != (c.PassMark > 0) {
		return "", fault.Input([]fault.Item{fault.At("#/pass_mark", passMark)})
	}
	made, err := store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		c.ID, c.Version, c.CreatedBy, c.CreatedAt = id.For(ctx, "crs"), 1, tx.Actor().ID, tx.Now()
		return c.ID, tx.Save(store.Act{Action: "training_course.create", Object: courseObject, ID: c.ID}, nil, toCourseRow(c))
	})
	var taken *store.Duplicate
	if errors.As(err, &taken) && taken.Key == "training_course_code" {
		return "", codeTaken
	}
	return made, err
}

// ShownCourse is a course with the name of who added it.
type ShownCourse struct {
	Course
	Names organisation.Names
}

// Course returns a course.
func (s *Service) Course(ctx context.Context, id string) (ShownCourse, error) {
	return store.Read(ctx, s.db, func(v *store.View) (ShownCourse, error) {
		c, err := loadCourse(v, id)
		if err != nil {
			return ShownCourse{}, err
		}
		names, err := organisation.NamesOf(v, c.CreatedBy)
		return ShownCourse{c, names}, err
	})
}

// Record keeps a session with who attended it, and certifies who passed. Returns authz.SamePerson for who stands on the list herself, or fault.RequestInvalid
// with all faults.
func (s *Service) Record(ctx context.Context, in Session) (string, error) {
	return store.Write(ctx, s.db, func(ctx context.Context, tx *store.Tx) (string, error) {
		if slices.ContainsFunc(in.Attendance, func(a Attendance) bool { return a.UserID == tx.Actor().ID }) {
			return "", authz.SamePerson
		}
		course, err := loadCourse(&tx.View, in.CourseID)
		if errors.Is(err, errNoCourse) {
			return "", fault.Input([]fault.Item{fault.At("#/course_id", fault.NotFoundHere)})
		}
		if err != nil {
			return "", err
		}
		people := make([]string, len(in.Attendance))
		for i, a := range in.Attendance {
			people[i] = a.UserID
		}
		known, err := store.Names(&tx.View, "user_account", "usr_", people)
		if err != nil {
			return "", err
		}
		today := calendar.DateOf(tx.Now(), s.zone)
		if err := fault.Input(in.faults(course, known, today)); err != nil {
			return "", err
		}
		kept := in
		kept.ID, kept.Version, kept.RecordedBy, kept.RecordedAt = id.For(ctx, "trs"), 1, tx.Actor().ID, tx.Now()
		kept.Backdated = today.Sub(in.HeldOn) > s.numbers.RecordingDays
		return kept.ID, save(tx, kept, course)
	})
}

// save keeps a session, and makes the certificates of those who passed: each is a record of its own in the audit.
func save(tx *store.Tx, session Session, course Course) error {
	attendance := make([]attendanceRow, len(session.Attendance))
	var certificates []certificateRow
	var acts []store.Act
	for i, a := range session.Attendance {
		attendance[i] = attendanceRow{SessionID: session.ID, UserID: a.UserID, Attended: a.Attended, ExamScore: a.Score}
		if course.passed(a) {
			row := toCertificateRow(session.certify(id.New("crt"), course, a.UserID))
			certificates = append(certificates, row)
			acts = append(acts, store.Act{Action: "certificate.issue", Object: certificateObject, ID: row.ID})
		}
	}
	act := store.Act{Action: "training_session.create", Object: sessionObject, ID: session.ID}
	if err := tx.Save(act, nil, toSessionRow(session), store.Insert(attendance)); err != nil {
		return err
	}
	return tx.Add(acts, certificates)
}

// ShownSession is a session with its course, what it certified, and the names of its people.
type ShownSession struct {
	Session
	Course       Course
	Certificates map[string]Certificate // by user
	Names        organisation.Names
}

// Session returns a session.
func (s *Service) Session(ctx context.Context, id string) (ShownSession, error) {
	return store.Read(ctx, s.db, func(v *store.View) (ShownSession, error) {
		session, err := loadSession(v, id)
		if err != nil {
			return ShownSession{}, err
		}
		course, err := loadCourse(v, session.CourseID)
		if err != nil {
			return ShownSession{}, err
		}
		certificates, err := certificatesOf(v, id)
		if err != nil {
			return ShownSession{}, err
		}
		people := []string{session.RecordedBy}
		for _, a := range session.Attendance {
			people = append(people, a.UserID)
		}
		names, err := organisation.NamesOf(v, people...)
		return ShownSession{Session: session, Course: course, Certificates: certificates, Names: names}, err
	})
}
