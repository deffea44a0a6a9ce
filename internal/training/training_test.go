package training

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"xiaobao/internal/actor"
	"xiaobao/internal/calendar"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

func day(t testing.TB, text string) calendar.Date {
	t.Helper()
	d, err := calendar.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Nothing is forgotten on the way into the database and back.
func TestRowsRoundTrip(t *testing.T) {
	at, score := time.Date(2026, 3, 24, 1, 0, 0, 0, time.UTC), int64(92)
	c := Course{ID: "crs_1", Code: "a", Title: "课", Version: 1, Competence: "x", PassMark: 80, Months: 12, Groups: []string{"managers", "new_staff"}, CreatedBy: "usr_1", CreatedAt: at}
	if diff := cmp.Diff(c, fromCourseRow(*toCourseRow(c))); diff != "" {
		t.Error(diff)
	}
	s := Session{ID: "trs_1", Version: 1, CourseID: "crs_1", HeldOn: day(t, "2026-03-20"), Trainer: "高飞", MaterialReference: "x/1", Backdated: true, RecordedBy: "usr_1", RecordedAt: at,
		Attendance: []Attendance{{UserID: "usr_2", Attended: true, Score: &score}}}
	got, err := fromSessionRow(*toSessionRow(s), []attendanceRow{{SessionID: "trs_1", UserID: "usr_2", Attended: true, ExamScore: &score}})
	if diff := cmp.Diff(s, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
	certificate := s.certify("crt_1", c, "usr_2")
	back, err := fromCertificateRow(toCertificateRow(certificate))
	if diff := cmp.Diff(certificate, back); err != nil || diff != "" || back.EndsOn.String() != "2027-03-19" {
		t.Error(err, diff, back.EndsOn)
	}
}

// A certificate warns in time, and no more once a later one is there.
func TestStateOfACertificate(t *testing.T) {
	c := Certificate{EndsOn: day(t, "2026-08-31")}
	for _, tt := range []struct{ today, last, want string }{{"2026-07-01", "2026-08-31", Valid}, {"2026-07-02", "2026-08-31", Expiring}, {"2026-08-31", "2026-08-31", Expiring},
		{"2026-09-01", "2026-08-31", Expired}, {"2026-07-02", "2027-01-01", Renewed}, {"2026-09-01", "2027-01-01", Renewed}} {
		if got := c.state(day(t, tt.last), day(t, tt.today), 60); got != tt.want {
			t.Errorf("on %s with one until %s: %s, want %s", tt.today, tt.last, got, tt.want)
		}
	}
}

// Each group is asked for its own training; who came after the day, and who is not new any more, is not counted.
func TestCoverGroups(t *testing.T) {
	people := []person{
		{id: "a", name: "甲", departmentID: "d1", roles: []string{"head"}, since: day(t, "2020-01-01")},
		{id: "b", name: "乙", departmentID: "d1", roles: []string{"handler"}, since: day(t, "2026-01-01")},
		{id: "c", name: "丙", departmentID: "d2", roles: []string{"handler"}, since: day(t, "2025-12-31")},
		{id: "d", name: "丁", departmentID: "d2", roles: []string{"auditor"}, since: day(t, "2027-01-01")},
		{id: "e", name: "戊", departmentID: "d2", roles: []string{"senior_manager"}, since: day(t, "2020-01-01")},
	}
	got := cover(people, map[string][]string{"a": {"front_line"}, "b": {"front_line", "new_staff"}, "e": {"managers"}}, day(t, "2026-12-31"))
	for i, want := range []string{"managers 2 1 50 [{d1  1 0 [{a 甲}]}]", "front_line 2 1 50 [{d2  1 0 [{c 丙}]}]", "new_staff 1 1 100 []"} {
		g := got[i]
		if is := fmt.Sprint(g.Code, " ", g.Must, " ", g.Trained, " ", *g.Percent(), " ", g.Units); is != want {
			t.Errorf("%s, want %s", is, want)
		}
	}
	if (Group{}).Percent() != nil || *(Group{Must: 3000, Trained: 2999}).Percent() != 99.9 {
		t.Error("a share is not rounded up, and none of nobody")
	}
}

// certify fills a database with certificates of people: each has one that has ended and one that ends at the end of 2026.
func certify(t testing.TB, people int) (*store.DB, []string) {
	db := storetest.New(t, func() time.Time { return time.Date(2026, 9, 1, 1, 0, 0, 0, time.UTC) })
	users := make([]string, people)
	err := store.Change(actor.With(context.Background(), actor.Actor{Kind: actor.System, ID: "test"}), db, func(tx *store.Tx) error {
		for i := range users {
			users[i] = fmt.Sprintf("usr_%05d", i)
			rows := []certificateRow{{ID: fmt.Sprint("crt_a", i), UserID: users[i], Competence: "x", ValidFrom: "2024-01-01", EndsOn: "2024-12-31"},
				{ID: fmt.Sprint("crt_b", i), UserID: users[i], Competence: "x", ValidFrom: "2026-01-01", EndsOn: "2026-12-31"}}
			if err := tx.Add([]store.Act{{Action: "certificate.issue", ID: rows[0].ID}, {Action: "certificate.issue", ID: rows[1].ID}}, rows); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return db, users
}

// All candidates are judged by one query, on the day that is asked: both ends of a certificate are in it.
func TestCompetentIsOneQuery(t *testing.T) {
	db, users := certify(t, 20)
	for on, want := range map[string]string{"2023-12-31": "", "2024-01-01": "2024-12-31", "2025-06-01": "2024-12-31", "2026-01-01": "2026-12-31", "2027-01-01": "2026-12-31"} {
		ctx, n := store.CountStatements(context.Background())
		s, err := store.Read(ctx, db, func(v *store.View) (Standing, error) {
			return Competent(v, append(users, "usr_nobody"), "x", day(t, on))
		})
		if err != nil || n.All.Load() != 1 || s.ends[users[7]].String() != want || !s.ends["usr_nobody"].IsZero() {
			t.Errorf("on %s: %v, %d statements, %v", on, err, n.All.Load(), s.ends[users[7]])
		}
	}
}

// BenchmarkCompetent judges fifty candidates among a thousand people.
func BenchmarkCompetent(b *testing.B) {
	db, users := certify(b, 1000)
	for b.Loop() {
		_, err := store.Read(context.Background(), db, func(v *store.View) (Standing, error) {
			return Competent(v, users[:50], "x", day(b, "2026-09-01"))
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
