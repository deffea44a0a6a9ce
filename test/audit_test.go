package test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"xiaobao/internal/organisation"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

// What an administrator does to keys stands in the trail, with what changed and without a secret.
func TestTrailTellsWhoDidWhat(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	made := makeKey(t, w, anxin, `"scopes":["complaint.read"]`)
	w.Clock.Set("2026-03-24T02:30:00Z")
	w.Forget("guanli")
	suspended := w.Do(servertest.Request{As: "guanli", Method: "PATCH", URL: "/v1/api-clients/" + anxin, Body: `{"status":"suspended"}`, Headers: map[string]string{"If-Match": "*"}})
	w.Do(servertest.Request{As: "guanli", Method: "DELETE", URL: "/v1/api-keys/" + made.Get("id")})
	w.SignIn("zhaolei", "wrong")
	get := func(name, query string, want ...string) servertest.Scenario {
		return servertest.Scenario{Name: name, As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&" + query, WantStatus: 200, WantBody: want, NotBody: []string{made.Get("secret")}}
	}
	w.Run(t,
		get("one object", "object_id="+anxin+"&action=api_client.update", `"total":1`, `"changes":{"status":["active","suspended"]}`, `"actor":{"id":"usr_demo_admin","kind":"user","name":"管理员"}`,
			`"object":{"id":"cli_demo_anxin","kind":"api_client"}`, `"request_id":"`+suspended.Header.Get("Request-Id")+`"`, `"at":"2026-03-24T02:30:00`, `"stage":null`, `"purpose":null`, `"basis":null`, `"reason":null`),
		get("a key", "object_id="+made.Get("id"), `"total":2`, `"action":"api_key.revoke"`, `"action":"api_key.create"`, `"hash":"changed"`, `"scopes":["","complaint.read"]`),
		get("an actor and a kind", "actor=usr_demo_admin&object=api_key", `"total":2`),
		get("one of two actions", "action=api_key.create&action=api_key.revoke&actor=usr_demo_admin", `"total":2`),
		get("before", "object_id="+made.Get("id")+"&at_to=2026-03-24T10:00:00%2B08:00", `"total":1`, `"action":"api_key.create"`),
		get("after", "object_id="+made.Get("id")+"&at_from=2026-03-24T02:00:00Z", `"total":1`, `"action":"api_key.revoke"`),
		get("nothing", "object_id=none", `"total":0`, `"data":[]`, `"next_page_token":null`),
		get("before anybody is known", "action=session.denied", `"total":1`, `"actor":null`),
		servertest.Scenario{Name: "a mistyped filter", As: "shenji", Method: "GET", URL: "/v1/audit-entries?objekt=complaint", WantStatus: 400, WantBody: []string{`"suggestion":"object"`}},
		servertest.Scenario{Name: "a date for an instant", As: "shenji", Method: "GET", URL: "/v1/audit-entries?at_from=2026-03-24", WantStatus: 400, WantCode: "request.bad_parameter"},
	)
	w.Run(t, inBoth(servertest.Scenario{Name: "a handler", As: "zhaolei", Method: "GET", URL: "/v1/audit-entries", WantStatus: 403, WantCode: "auth.forbidden",
		WantBody: []string{`"permission":"audit.read"`, `"role":"auditor"`}}, "It needs the permission audit.read.", "此操作需要权限 audit.read。")...)
	w.Run(t, servertest.Scenario{Name: "an administrator", As: "guanli", Method: "GET", URL: "/v1/audit-entries", WantStatus: 403, WantCode: "auth.forbidden"})
}

// Who is named in a complaint is not told by the trail that a rectification was once linked to it (never-and-must 7).
func TestTrailKeepsALinkThatIsNoMore(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	one, hers := register(t, w, "zhaolei", ""), register(t, w, "zhaolei", "10009") // the auditor
	id := rectify(t, w, "hejing", rectifyBody("linchen", one, hers))
	ask(t, w, "hejing", "PATCH", "/v1/rectifications/"+id, `{"complaint_ids":["`+one+`"]}`, match("*"))
	ask(t, w, "hejing", "PATCH", "/v1/rectifications/"+id, `{"severity":"low"}`, match("*"))
	trail := servertest.Scenario{Name: "named", As: "shenji", Method: "GET", URL: "/v1/audit-entries?include_total=true&object_id=" + id, WantStatus: 200, WantBody: []string{`"total":1}`, `"severity":["high","low"]`}, NotBody: []string{hers}}
	w.Run(t, trail)
	ask(t, w, "guanli", "PATCH", "/v1/users/usr_demo_shenji", `{"staff_id":"10099"}`, match("*"))
	trail.Name, trail.WantBody, trail.NotBody = "not named", []string{`"total":3}`, hers}, nil
	w.Run(t, trail)
}

// Pages of the trail are disjoint and complete, the newest first, while others act.
func TestPagesOfTheTrail(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	for range 7 {
		makeKey(t, w, anxin, `"scopes":["complaint.read"]`)
	}
	const filter = "object=api_key&actor=usr_demo_admin"
	seen, last, token := map[string]bool{}, "~", ""
	for url := "/v1/audit-entries?limit=3&" + filter; url != ""; {
		page := w.Do(servertest.Request{As: "shenji", Method: "GET", URL: url})
		if page.Status != 200 {
			t.Fatal(page.Body)
		}
		for i := range 3 {
			id := page.Get(fmt.Sprintf("data.%d.id", i))
			if id == "" {
				continue
			}
			if id >= last || seen[id] {
				t.Errorf("%s after %s", id, last)
			}
			seen[id], last = true, id
		}
		makeKey(t, w, anxin, `"scopes":["complaint.read"]`)
		url = ""
		if next := page.Get("next_page_token"); next != "" {
			url, token = "/v1/audit-entries?limit=3&page_token="+next, next
		}
	}
	if len(seen) != 7 {
		t.Errorf("%d of 7 came", len(seen))
	}
	w.Run(t,
		servertest.Scenario{Name: "another filter", As: "shenji", Method: "GET", URL: "/v1/audit-entries?object=user&page_token=" + token, WantStatus: 400, WantCode: "page.token_mismatch"},
		servertest.Scenario{Name: "another's token", As: "hejing", Method: "GET", URL: "/v1/audit-entries?page_token=" + token, WantStatus: 400, WantCode: "page.token_invalid"},
	)
}

// Never 7: whoever is named in a complaint is told by the trail neither of it nor of what belongs to it; others are.
func TestTrailHidesFromWhoIsNamed(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	file := func(reference, respondent string) string {
		body := strings.Replace(intake(reference), `"request"`, respondent+`"request"`, 1)
		a := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: body, Headers: key(reference)})
		if a.Status != 201 {
			t.Fatal(a.Body)
		}
		return a.Get("id")
	}
	about := file("N-1", `"respondent":{"staff_id":"10009"},`) // the auditor herself
	other := file("N-2", `"respondent":{"staff_id":"10003"},`) // the officer
	plain := file("N-3", "")
	belonging := map[string]string{"decision": "dec_1", "extension": "ext_1", "notice": "ntc_1", "complaint_log": "log_1", "rectification": "rec_1", "finding": "fnd_1"}
	err := belong(w, about, belonging)
	if err != nil {
		t.Fatal(err)
	}
	sees := func(as, id string) bool {
		a := w.Do(servertest.Request{As: as, Method: "GET", URL: "/v1/audit-entries?include_total=true&object_id=" + id})
		if a.Status != 200 || (a.Get("total") == "0") != (a.Get("data") == "[]") {
			t.Errorf("%d %s", a.Status, a.Body)
		}
		return a.Get("total") != "0"
	}
	for id, want := range map[string][2]bool{about: {false, true}, other: {true, false}, plain: {true, true},
		"dec_1": {false, true}, "ext_1": {false, true}, "ntc_1": {false, true}, "log_1": {false, true}, "rec_1": {false, true}, "fnd_1": {false, true}, "dec_unlinked": {true, true}} {
		if a, o := sees("shenji", id), sees("hejing", id); a != want[0] || o != want[1] {
			t.Errorf("%s: the auditor %v, the officer %v; want %v", id, a, o, want)
		}
	}
	all := w.Do(servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?limit=200"})
	if strings.Contains(all.Body, about) || strings.Contains(all.Body, "N-1") || !strings.Contains(all.Body, "N-2") {
		t.Error("the trail as a whole tells of the complaint")
	}
}

// belong makes rows that belong to a complaint, as the steps of its life will, and an act on each.
func belong(w *servertest.World, complaint string, ids map[string]string) error {
	columns := map[string]string{
		"decision":      "complaint_id,version,state,outcome,ways_open,currency,drafted_by,approved_by,created_at,updated_at",
		"extension":     "complaint_id,version,clock_id,tier,reason_code,state,requested_by,requested_at,approved_by,notice_form,due_on_before,due_on_after,updated_at",
		"notice":        "complaint_id,version,decision_id,form,sent_at,recorded_by,recorded_at",
		"complaint_log": "complaint_id,version,kind,at,author_id,form,direction,reached,struck,recorded_at",
		"finding":       "source_id,version,source_type,subject,infringed_right,severity,department_id,owner_id,due_on,state,reopened,created_at,updated_at",
		"rectification": "version,state,root_cause_code,severity,owner_id,department_id,opened_by,opener_department_id,due_on,completed_by,verified_by,reopened,created_at,updated_at",
	}
	_, err := store.Maintain(context.Background(), w.App.DB, func(tx *store.Tx) (int, error) {
		for table, id := range ids {
			row := map[string]any{"id": id}
			for column := range strings.SplitSeq(columns[table], ",") {
				switch {
				case column == "complaint_id" || column == "source_id":
					row[column] = complaint
				case strings.HasSuffix(column, "_at") || column == "at":
					row[column] = tx.Now()
				case column == "version" || column == "reached" || column == "struck" || column == "reopened":
					row[column] = 0
				default:
					row[column] = ""
				}
			}
			if err := tx.Gorm().Table(table).Create(row).Error; err != nil {
				return 0, err
			}
		}
		return 0, tx.Gorm().Table("rectification_complaint").Create(map[string]any{"rectification_id": ids["rectification"], "complaint_id": complaint}).Error
	})
	if err != nil {
		return err
	}
	_, err = store.Write(context.Background(), w.App.DB, func(_ context.Context, tx *store.Tx) (int, error) {
		for table, id := range ids {
			tx.Note(store.Act{Action: table + ".touch", Object: table, ID: id})
		}
		tx.Note(store.Act{Action: "decision.touch", Object: "decision", ID: "dec_unlinked"})
		return 0, nil
	})
	return err
}

// An entry shows what was tracked of a person and never what was sealed.
func TestTrailHoldsNoPersonalValue(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	filed := w.Do(servertest.Request{As: servertest.PartnerKey, Method: "POST", URL: "/v1/complaints", Body: intake("V-1"), Headers: key("v")})
	looked := w.Do(servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + filed.Get("id")})
	if !strings.Contains(looked.Body, "13812345678") {
		t.Fatalf("the handler sees no contact: %s", looked.Body)
	}
	_, err := store.Write(context.Background(), w.App.DB, func(_ context.Context, tx *store.Tx) (int, error) {
		_, err := w.App.People.AddUser(tx, organisation.User{Username: "xinren", Name: "新人", DepartmentID: "dep_demo_center", Roles: []string{organisation.Handler},
			Phone: "13987654321", Email: "xinren@example.cn", PasswordHash: "$hash$"})
		return 0, err
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Run(t, servertest.Scenario{Name: "the trail", As: "shenji", Method: "GET", URL: "/v1/audit-entries?limit=200", WantStatus: 200,
		WantBody: []string{`"complainant_name":"changed"`, `"phone":"changed"`, `"action":"consumer.contact.read"`, `"purpose":"complaint_handling"`, `"basis":"law"`, `"stage":"intake"`},
		NotBody:  []string{"13812345678", "王小明", "退还重复", "13987654321", "xinren@example.cn", "$hash$", w.Token(servertest.PartnerKey)[shownOfKey:]}})
}

// shownOfKey is how much of a key may be shown.
const shownOfKey = 17
