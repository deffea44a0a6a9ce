package training

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

// HTTP serves the training's operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// ListCourses shows courses.
func (h *HTTP) ListCourses(ctx context.Context, r api.ListCoursesRequestObject) (api.ListCoursesResponseObject, error) {
	p := r.Params
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[ShownCourse], error) {
			return h.service.Courses(ctx, answer.Value(p.Competence), page)
		}, toCourse)
	return api.ListCourses200JSONResponse(body), err
}

// CreateCourse adds a course.
func (h *HTTP) CreateCourse(ctx context.Context, r api.CreateCourseRequestObject) (api.CreateCourseResponseObject, error) {
	b := r.Body
	c := Course{Code: b.Code, Title: b.Title, Competence: b.Competence, PassMark: answer.Value(b.PassMark), Months: b.ValidMonths, Groups: b.Groups}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Create(ctx, c, b.ExamRequired)
	}, func(ctx context.Context, id string) (api.CreateCourseResponseObject, error) {
		shown, err := h.service.Course(ctx, id)
		body := toCourse(shown)
		return api.CreateCourse201JSONResponse{Body: body, Headers: api.CreateCourse201ResponseHeaders{ETag: body.Etag, Location: "/v1/training-courses"}}, err
	})
}

// RecordTrainingSession keeps a session that was held.
func (h *HTTP) RecordTrainingSession(ctx context.Context, r api.RecordTrainingSessionRequestObject) (api.RecordTrainingSessionResponseObject, error) {
	b := r.Body
	in := Session{CourseID: b.CourseID, HeldOn: answer.Date(&b.HeldOn), Trainer: b.Trainer, MaterialReference: answer.Value(b.MaterialReference), Attendance: make([]Attendance, len(b.Attendance))}
	for i, a := range b.Attendance {
		in.Attendance[i] = Attendance{UserID: a.UserID, Attended: a.Attended, Score: a.ExamScore}
	}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Record(ctx, in)
	}, func(ctx context.Context, id string) (api.RecordTrainingSessionResponseObject, error) {
		shown, err := h.service.Session(ctx, id)
		if err != nil {
			return nil, err
		}
		body := toSession(shown)
		return api.RecordTrainingSession201JSONResponse{Body: body, Headers: api.RecordTrainingSession201ResponseHeaders{ETag: body.Etag}}, nil
	})
}

// ListCertificates shows certificates.
func (h *HTTP) ListCertificates(ctx context.Context, r api.ListCertificatesRequestObject) (api.ListCertificatesResponseObject, error) {
	p := r.Params
	f := Filter{User: answer.Value(p.User), Competences: answer.Value(p.Competence), ExpiresBefore: answer.Date(p.ExpiresBefore), ValidOn: answer.Date(p.ValidOn)}
	body, err := answer.Page(ctx, h.tokens, answer.Asked{Limit: p.Limit, PageToken: p.PageToken, IncludeTotal: p.IncludeTotal},
		func(ctx context.Context, page store.Page) (store.List[ShownCertificate], error) {
			return h.service.Certificates(ctx, f, page)
		}, toCertificate)
	return api.ListCertificates200JSONResponse(body), err
}

// GetTrainingCoverage shows who had special training in a year.
func (h *HTTP) GetTrainingCoverage(ctx context.Context, r api.GetTrainingCoverageRequestObject) (api.GetTrainingCoverageResponseObject, error) {
	c, err := h.service.Coverage(ctx, int(r.Params.Year))
	if err != nil {
		return nil, err
	}
	body := api.GetTrainingCoverage200JSONResponse{Year: int32(c.Year), AsOf: *answer.Day(c.AsOf), CompetenceOverrides: c.Overrides, Groups: make([]api.TrainingGroup, len(c.Groups))}
	for i, g := range c.Groups {
		body.Groups[i] = api.TrainingGroup{Code: g.Code, Rule: g.Rule.Say(answer.From(ctx).Language, nil), Must: int32(g.Must), Trained: int32(g.Trained), Percent: g.Percent(), Units: make([]api.TrainingUnit, len(g.Units))}
		for j, u := range g.Units {
			body.Groups[i].Units[j] = toUnit(u)
		}
	}
	return body, nil
}

// mostMissing are how many names a unit shows.
const mostMissing = 100

func toUnit(u Unit) api.TrainingUnit {
	unit := api.TrainingUnit{Department: *answer.Ref(u.DepartmentID, u.Department), Must: int32(u.Must), Trained: int32(u.Trained), Missing: []api.Ref{}}
	for _, m := range u.Missing[:min(len(u.Missing), mostMissing)] {
		unit.Missing = append(unit.Missing, api.Ref{ID: m.ID, Name: m.Name})
	}
	return unit
}

func toCourse(c ShownCourse) api.Course {
	course := api.Course{ID: c.ID, Etag: store.ETag(c.Version), Code: c.Code, Title: c.Title, Competence: c.Competence, ExamRequired: c.PassMark > 0, ValidMonths: c.Months,
		Groups: c.Groups, CreatedBy: api.Ref{ID: c.CreatedBy, Name: c.Names[c.CreatedBy]}, CreatedAt: c.CreatedAt}
	if c.PassMark > 0 {
		course.PassMark = &c.PassMark
	}
	return course
}

func toSession(s ShownSession) api.TrainingSession {
	body := api.TrainingSession{ID: s.ID, Etag: store.ETag(s.Version), CourseID: s.CourseID, CourseCode: s.Course.Code, Competence: s.Course.Competence, HeldOn: *answer.Day(s.HeldOn),
		Trainer: s.Trainer, MaterialReference: answer.Text(s.MaterialReference), Backdated: s.Backdated, RecordedBy: api.Ref{ID: s.RecordedBy, Name: s.Names[s.RecordedBy]},
		RecordedAt: s.RecordedAt, Attendance: make([]api.TrainingAttendance, len(s.Attendance))}
	for i, a := range s.Attendance {
		c := s.Certificates[a.UserID]
		body.Attendance[i] = api.TrainingAttendance{User: api.Ref{ID: a.UserID, Name: s.Names[a.UserID]}, Attended: a.Attended, ExamScore: a.Score,
			CertificateID: answer.Text(c.ID), CertificateEndsOn: answer.Day(c.EndsOn)}
	}
	return body
}

func toCertificate(c ShownCertificate) api.Certificate {
	return api.Certificate{ID: c.ID, User: api.Ref{ID: c.UserID, Name: c.User}, Department: api.Ref{ID: c.DepartmentID, Name: c.Department}, Competence: c.Competence,
		ValidFrom: *answer.Day(c.ValidFrom), EndsOn: *answer.Day(c.EndsOn), State: c.State, CourseID: c.CourseID, SessionID: c.SessionID}
}
