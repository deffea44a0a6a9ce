package training

import (
	"fmt"
	"time"

	"xiaobao/internal/calendar"
	"xiaobao/internal/codelist"
	"xiaobao/internal/fault"
)

// The refusals.
var (
	codeTaken = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "training.course_code_taken",
		Title:  fault.Words{EN: "Another course has this code.", ZH: "该课程编码已被使用。"},
		Causes: `POST /v1/training-courses {"code":"investigation-2026", ...} twice`, Cures: "Another code; the course that is there stands in GET /v1/training-courses."})
	passMark = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "training.pass_mark",
		Title:  fault.Words{EN: "A course with an exam has a pass mark, and one without has none.", ZH: "有考试的课程须填写合格分数，无考试的课程不得填写。"},
		Causes: `POST /v1/training-courses {"exam_required":true, ...} without pass_mark`, Cures: `"exam_required":true,"pass_mark":80`})
	examMissing = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "training.exam_missing",
		Title:  fault.Words{EN: "The course ends with an exam: nobody is certified before her result is there.", ZH: "该课程须考试，成绩登记前不得发放证书。"},
		Causes: "An attendance without exam_score in a session of a course with an exam.", Cures: "Record the session when the results are there."})
	scoreUnexpected = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "training.score_unexpected",
		Title:  fault.Words{EN: "A score belongs to whoever attended a course with an exam.", ZH: "仅参加有考试课程的到场人员可登记成绩。"},
		Causes: `{"attended":false,"exam_score":90}`, Cures: "Leave exam_score out."})
	notCertified = fault.Declare(fault.Reason{Kind: fault.Conflict, Code: "training.not_certified",
		Title:  fault.Words{EN: "The person has no valid certificate for what this stage asks for.", ZH: "该人员不持有本阶段所需的有效资格证书。"},
		Detail: fault.Words{EN: "The person has no valid certificate \"{competence_en}\"{ended_en}.", ZH: "该人员不持有有效的“{competence_zh}”证书{ended_zh}。"},
		Causes: "POST /v1/complaints/{complaint_id}/assignment to somebody whose certificate has ended",
		Cures:  "Assign somebody certified, have the superior unit or the consumer-protection office take it, or say in override_reason why it must be so."})
)

// Course is what is taught, and to whom (培训课程).
type Course struct {
	ID, Code, Title string
	Version         int64
	Competence      string // that its certificate shows
	PassMark        int64  // of its exam, 1 to 100; 0 when it has none
	Months          int64  // for which its certificate is valid
	Groups          []string
	CreatedBy       string
	CreatedAt       time.Time
}

// Session is a course as it was held (培训场次).
type Session struct {
	ID                         string
	Version                    int64
	CourseID                   string
	HeldOn                     calendar.Date
	Trainer, MaterialReference string
	Backdated                  bool // it was recorded long after it was held
	RecordedBy                 string
	RecordedAt                 time.Time
	Attendance                 []Attendance
}

// Attendance is one person's part in a session.
type Attendance struct {
	UserID   string
	Attended bool
	Score    *int64 // of the exam; nil when there is none
}

// passed says that the attendance earns the course's certificate.
func (c Course) passed(a Attendance) bool {
	return a.Attended && (c.PassMark == 0 || a.Score != nil && *a.Score >= c.PassMark)
}

// faults are all that is wrong with a session beyond its schema; known are the names of those on its list who work here, by id.
func (s Session) faults(c Course, known map[string]string, today calendar.Date) []fault.Item {
	var items []fault.Item
	if s.HeldOn.After(today) {
		items = append(items, fault.At("#/held_on", fault.InFuture))
	}
	seen := map[string]bool{}
	for i, a := range s.Attendance {
		bad := func(member string, reason *fault.Reason) {
			items = append(items, fault.At(fmt.Sprintf("#/attendance/%d/%s", i, member), reason))
		}
		if known[a.UserID] == "" {
			bad("user_id", fault.NotFoundHere)
		}
		if seen[a.UserID] {
			bad("user_id", fault.NotUnique)
		}
		seen[a.UserID] = true
		switch sits := a.Attended && c.PassMark > 0; {
		case sits && a.Score == nil:
			bad("exam_score", examMissing)
		case !sits && a.Score != nil:
			bad("exam_score", scoreUnexpected)
		}
	}
	return items
}

// Certificate says that somebody has a competence from one day to another, both included (培训证书).
type Certificate struct {
	ID, SessionID, CourseID, UserID string
	Competence                      string
	ValidFrom, EndsOn               calendar.Date
}

// certify makes the certificate that a session earns a person.
func (s Session) certify(id string, c Course, user string) Certificate {
	return Certificate{ID: id, SessionID: s.ID, CourseID: c.ID, UserID: user, Competence: c.Competence, ValidFrom: s.HeldOn, EndsOn: s.HeldOn.Through(int(c.Months))}
}

// The states of a certificate.
const (
	Valid    = "valid"
	Expiring = "expiring" // it ends soon, and no later one is there
	Expired  = "expired"  // it has ended, and no later one is there
	Renewed  = "renewed"  // a later one is there
)

// state is where a certificate stands, given the day on which the person's last one for its competence ends.
func (c Certificate) state(last, today calendar.Date, warningDays int) string {
	switch {
	case last.After(c.EndsOn):
		return Renewed
	case today.After(c.EndsOn):
		return Expired
	case c.EndsOn.Sub(today) <= warningDays:
		return Expiring
	}
	return Valid
}

// Standing is who of some people has a competence on a day.
type Standing struct {
	competence string
	day        calendar.Date
	ends       map[string]calendar.Date // of each one's last certificate
}

// Check refuses who has no valid certificate, and says since when. Labels are those of the code list `competence`.
func (s Standing) Check(user string, labels *codelist.Lists) error {
	end, had := s.ends[user]
	if had && !s.day.After(end) {
		return nil
	}
	zh, en := "", ""
	if had {
		zh, en = fmt.Sprintf("：其证书已于 %s 到期", end), fmt.Sprintf(": the last one ended on %s", end)
	}
	return notCertified.With("competence_zh", labels.Label("competence", s.competence, "zh-CN"), "competence_en", labels.Label("competence", s.competence, "en"),
		"ended_zh", zh, "ended_en", en)
}
