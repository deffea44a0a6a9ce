package test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"xiaobao/config"
	"xiaobao/internal/app"
	"xiaobao/internal/inventory"
	"xiaobao/internal/keyring"
	"xiaobao/internal/mail/mailtest"
	"xiaobao/internal/pii"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

// sealedColumns are those of the inventory.
func sealedColumns(t *testing.T) []string {
	t.Helper()
	list, err := inventory.Load(config.Files, config.Files)
	if err != nil {
		t.Fatal(err)
	}
	return list.Sealed()
}

// fill makes every table that seals something hold some of it: the demonstration's months, and what they lack.
func fill(t *testing.T) *teller {
	t.Helper()
	s := surveyor{tell(t, "2025-12-24T02:00:00Z"), mailtest.New(t, false)}
	s.Settings.SMTPAddress, s.Settings.SMTPSecurity, s.Settings.SMTPFrom, s.Settings.SurveyURL = s.box.Address, "none", "示例银行 <survey@bank.example>", "https://bank.example/s/"
	s.App = s.Open()
	start, err := time.Parse(time.RFC3339, "2026-03-24T02:00:00Z")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.App.SeedComplaints(context.Background(), start, func(at time.Time) { s.Forward(at.Format(time.RFC3339Nano)) }); err != nil {
		t.Fatal(err)
	}
	s.Must(201, servertest.Request{As: "guanli", Method: "POST", URL: "/v1/users", Body: `{"username":"xinren","name":"新人","department_id":"dep_demo_center","roles":["handler"],"phone":"13799992222","email":"xinren@example.cn"}`})
	s.Must(207, servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: batches, Body: batchOf(intake("K-1"), `{"source":"nobody"}`), Headers: key("k")})
	for _, end := range []struct{ as, path, body string }{{"hejing", "/refusal", `{"reason_code":"report_or_petition","text":"请向有关机关反映","ways_open":["court"]}`}, {"zhaolei", "/withdrawal", `{"form":"phone","reference":"录音 7"}`}} {
		s.file("zhaolei", fmt.Sprintf(complainedOf, ""))
		s.step(end.as, end.path, end.body)
	}
	s.file("zhaolei", fmt.Sprintf(complainedOf, ""))
	s.step("zhaolei", "/settlement", fmt.Sprintf(`{"facts":"x","basis":"y","agreed":"z","ways_open":["court"],"form":"phone","reference":"r","notified_at":%q,"amount":{"amount":"12.00","currency":"CNY"},
		"business_code":"debit_card","cause_code":"pricing"}`, s.Clock.Now().Format(time.RFC3339Nano)))
	s.step("zhaolei", "/performances", `{"performed_on":"2026-03-24","reference":"流水 7"}`)
	s.agrees(7)
	s.closes(7)
	letters := s.goes("2026-03-25T02:00:00Z")
	if a := s.answer(link(letters[slices.IndexFunc(letters, func(l mailtest.Received) bool { return strings.Contains(fmt.Sprint(l.To), "c7@") })]), `{`+fmt.Sprintf(allScores, 4)+`,"text":"等得太久"}`); a.Status != 201 {
		t.Fatal(a.Status, a.Body)
	}
	return s.teller
}

// opened are all sealed values, opened in one process where they stand.
func opened(t *testing.T, a *app.App, columns []string) map[pii.Place]string {
	t.Helper()
	all, err := store.Read(context.Background(), a.DB, func(v *store.View) (map[pii.Place]string, error) {
		all := map[pii.Place]string{}
		for _, column := range columns {
			table, _, _ := strings.Cut(column, ".")
			key, err := store.PrimaryKey(context.Background(), a.DB, table)
			if err != nil {
				return nil, err
			}
			type one struct {
				key   []string
				value pii.Sealed
			}
			var rows []*one
			err = store.Scan(v.Gorm().Table(table).Select(strings.Join(key, ", ")+", "+column).Where(column+" IS NOT NULL"), func() (pointers []any) {
				row := &one{key: make([]string, len(key))}
				rows = append(rows, row)
				for i := range row.key {
					pointers = append(pointers, &row.key[i])
				}
				return append(pointers, &row.value)
			})
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				place := pii.Place{Column: column, Row: strings.Join(row.key, "/")}
				all[place], err = a.Ring.Keys.Unseal(place, row.value)
				if err != nil {
					return nil, fmt.Errorf("%s of %s: %w", place.Column, place.Row, err)
				}
			}
		}
		return all, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// asTold is what the API shows of all complaints, with their versions.
func asTold(w *servertest.World, on *app.App, ids []string) map[string]string {
	w.T.Helper()
	all := map[string]string{}
	for _, id := range ids {
		a := w.Must(200, servertest.Request{As: "hejing", Method: "GET", URL: "/v1/complaints/" + id, On: on})
		all[id] = a.Header.Get("ETag") + a.Body
	}
	return all
}

// While one process serves, another rotates the keys and a third seals everything again under load. Nothing that was stored changes but its seal, every process reads
// everything at every moment, nothing is left under the old key, which is destroyed, and the audit trail is whole.
func TestKeysAreRotatedUnderLoad(t *testing.T) {
	t.Parallel()
	ctx, columns := context.Background(), sealedColumns(t)
	s := fill(t)
	w, a, b, job := s.World, s.App, s.Open(), s.Open()
	counts, err := a.Ring.Count(ctx, columns)
	if err != nil {
		t.Fatal(err)
	}
	filled := map[string]bool{}
	for _, c := range counts {
		table, _, _ := strings.Cut(c.Column, ".")
		filled[table] = filled[table] || (keyring.Counts{c}).All() > 0
	}
	for table, some := range filled {
		if !some {
			t.Errorf("the table %s holds nothing that is sealed: this test does not see it", table)
		}
	}
	before, old := opened(t, a, columns), a.Ring.List()[0].ID
	var ids []string
	for place := range before {
		if place.Column == "complaint_matter.narrative" {
			ids = append(ids, place.Row)
		}
	}
	s.Forward("2026-03-25T02:10:00Z")
	seal(t, w)
	shown := asTold(w, a, ids)

	if _, err := b.Ring.Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	post := func(on *app.App, n string) string {
		t.Helper()
		return w.Must(201, servertest.Request{On: on, As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake(n), Headers: key(n)}).Get("id")
	}
	early, late := post(a, "R-1"), post(b, "R-2") // under the old key, and the new
	if got := w.Must(200, servertest.Request{On: a, As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + late}); got.Get("narrative") == "" {
		t.Error(got.Body)
	}
	ids = append(ids, early, late)

	var load sync.WaitGroup
	ended := make(chan struct{})
	for n := range 3 {
		load.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-ended:
					return
				default:
				}
				id := post([]*app.App{a, b}[i%2], fmt.Sprintf("L-%d-%d", n, i))
				if got := w.Do(servertest.Request{On: a, As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id}); got.Status != 200 || got.Get("narrative") == "" {
					t.Errorf("%d %s", got.Status, got.Body)
				}
				if got := w.Do(servertest.Request{On: b, As: "zhaolei", Method: "PATCH", URL: "/v1/complaints/" + early, Body: fmt.Sprintf(`{"complainant":{"phone":"138%d%07d"}}`, n, i), Headers: match("*")}); got.Status != 200 {
					t.Errorf("%d %s", got.Status, got.Body)
					return
				}
			}
		})
	}
	stopped, stop := context.WithCancel(ctx)
	if _, err := job.Ring.Reseal(stopped, columns, func(string, int64, int64) { stop() }); err == nil {
		t.Error("the job was not stopped")
	}
	got, err := job.Ring.Reseal(ctx, columns, func(string, int64, int64) {})
	close(ended)
	load.Wait()
	if err != nil || got.Values == 0 || got.Already == 0 || len(got.Failures) > 0 {
		t.Fatalf("%+v %v", got, err)
	}
	if counts, err = job.Ring.Count(ctx, columns); err != nil || counts.Under(old) != 0 || counts.All() < int64(len(before)) {
		t.Fatalf("%v %v", counts, err)
	}

	s.Forward("2026-03-25T02:20:00Z")
	if err := job.Ring.Retire(ctx, columns, old); err != nil {
		t.Fatal(err)
	}
	for name, each := range map[string]*app.App{"that served": a, "that rotated": b, "that is new": s.Open()} {
		if err := each.Ring.Refresh(ctx); err != nil || len(each.Ring.List()) != 1 {
			t.Fatal(err, each.Ring.List())
		}
		now := opened(t, each, columns)
		for place, text := range before {
			if now[place] != text {
				t.Errorf("in the process %s %s of %s is %q, and was %q", name, place.Column, place.Row, now[place], text)
			}
		}
		for id, text := range asTold(w, each, ids) {
			if was, known := shown[id]; known && text != was {
				t.Errorf("the process %s shows\n%s, and it was\n%s", name, text, was)
			}
		}
	}
	seal(t, w)
	if code, said := verify(w); code != 0 || !strings.Contains(said, "The audit trail is whole.") {
		t.Error(code, said)
	}
	trail := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?object=keyring"})
	for _, want := range []string{`"keyring.retire"`, `"keyring.reseal"`, `"keyring.rotate"`, fmt.Sprint(old)} {
		if !strings.Contains(trail.Body, want) {
			t.Errorf("%s is missing in %s", want, trail.Body)
		}
	}
}

// A process that cannot have the key that seals now answers so, and can be asked again.
func TestServiceWithoutTheNewKey(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, morning)
	ctx, other := context.Background(), w.Open()
	if err := other.Ring.Rewrap(ctx, w.Settings.KeyFile+".new"); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Ring.Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	if err := w.App.Ring.Refresh(ctx); err == nil {
		t.Fatal("the old key file opens the keys")
	}
	w.Run(t, inBoth(servertest.Scenario{Name: "post", As: "zhaolei", Method: "POST", URL: "/v1/complaints", Body: fmt.Sprintf(complainedOf, ""), WantStatus: 503, WantCode: "pii.keyring_behind",
		WantBody: []string{`"retryable":true`}}, "this process cannot open the new one", "本进程无法打开新密钥")...)
}
