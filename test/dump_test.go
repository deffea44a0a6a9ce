package test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"testing"

	"xiaobao/internal/organisation"
	"xiaobao/internal/servertest"
	"xiaobao/internal/store"
)

// personal are the values that the requests of the test below hold. None of them may be found at rest, in a log or in an audit entry.
var personal = []string{
	"欧阳若曦", "11010519491231002X", "13700001111", "ouyang.ruoxi@example.cn", "杭州市西湖区翠苑街道一区7幢302室", // a person
	"钱多多实业有限公司", "孙大圣", "0571-87654321", // an organisation, its representative, its telephone
	"柜员贾宝玉",                          // who is complained of
	"4111111111111111", "退还手续费三十七元整", // a card and a sentence of the narrative
	"hunter2!", "CVV:739", "验证码882211", // a password, a security code, a one-time code: struck before they are sealed
	"13799992222", "新柜员@example.cn", // a member of staff
	"错误口令一二三", "李四四的口令", // what somebody typed at a sign-in
}

// struckOut is what no reader ever sees again.
var struckOut = []string{"hunter2!", "739", "882211"}

const (
	personBody = `{"source":"own","external_reference":"%s","complainant":{"kind":"person","name":"欧阳若曦","id_type":"resident_id","id_number":"11010519491231002X","phone":"13700001111",
		"email":"ouyang.ruoxi@example.cn","address":"杭州市西湖区翠苑街道一区7幢302室"},"respondent":{"unit":"柜员贾宝玉","staff_name":"柜员贾宝玉","staff_id":"S-777"},
		"request":"退还手续费三十七元整","narrative":"卡号4111111111111111，密码是hunter2!，CVV:739，验证码882211。欧阳若曦要求退还手续费三十七元整。"}`
	organizationBody = `{"source":"own","external_reference":"%s","complainant":{"kind":"organization","name":"钱多多实业有限公司","legal_representative":"孙大圣","phone":"0571-87654321"},
		"request":"退还手续费三十七元整","narrative":"钱多多实业有限公司的法定代表人孙大圣要求退还手续费三十七元整。"}`
)

// TestNothingPersonalAtRest guards never-and-must 19 and the rule that personal data is sealed and authentication data never stored: after intakes,
// failures of every sort, sign-ins and work on keys, neither the database nor the logs hold one of the values in the clear.
func TestNothingPersonalAtRest(t *testing.T) {
	var stray bytes.Buffer // what goes past the installation's own log
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&stray, nil)))
	defer slog.SetDefault(was)
	w := servertest.New(t, "2026-03-24T01:30:00Z")

	secrets := exercise(t, w)
	tables := dump(t, w.Settings.Database)
	for _, known := range []string{"audit_entry", "complaint_matter", "complaint_batch_item", "user_account", "api_key", "idempotency"} {
		if len(tables[known]) == 0 {
			t.Errorf("the dump has no %s", known)
		}
	}
	tables["the log"], tables["the default log"] = w.Log.String(), stray.String()
	if tables["the log"] == "" {
		t.Error("nothing was logged")
	}
	for name, text := range tables {
		for _, value := range append(slices.Clone(personal), secrets...) {
			if at := strings.Index(text, value); at >= 0 {
				t.Errorf("%s holds %q: ...%s", name, value, text[max(0, at-40):min(len(text), at+len(value)+10)])
			}
		}
	}
}

// exercise does what people and programs do, right and wrong, and returns the secrets that were handed out.
func exercise(t *testing.T, w *servertest.World) []string {
	t.Helper()
	do := func(as, method, url, body string, want int, headers map[string]string) servertest.Answer {
		t.Helper()
		a := w.Do(servertest.Request{As: as, Method: method, URL: url, Body: body, Headers: headers})
		if a.Status != want {
			t.Errorf("%s %s: %d, want %d: %s", method, url, a.Status, want, a.Body)
		}
		return a
	}
	const complaints = "/v1/complaints"
	person, organization := fmt.Sprintf(personBody, "D-1"), fmt.Sprintf(organizationBody, "D-2")
	filed := do(servertest.PartnerKey, "POST", complaints, person, 201, key("d1"))
	do(servertest.PartnerKey, "POST", complaints, organization, 201, key("d2"))
	do(servertest.PartnerKey, "POST", complaints, person, 201, key("d1"))
	do(servertest.PartnerKey, "POST", complaints, person, 200, key("d3"))
	do(servertest.PartnerKey, "POST", complaints, strings.Replace(person, "三十七元整。", "三十七元整！", 1), 409, key("d4"))
	do(servertest.PartnerKey, "POST", complaints, organization, 422, key("d1"))
	do(servertest.PartnerKey, "POST", complaints, person, 400, nil)
	do(servertest.PartnerKey, "POST", complaints, person[:len(person)-1], 400, key("d5"))
	do(servertest.PartnerKey, "POST", complaints, strings.Replace(person, `"phone"`, `"13700001111"`, 1), 422, key("d6"))
	do(servertest.PartnerKey, "POST", complaints, strings.Replace(person, "002X", "0021", 1), 422, key("d7"))
	do(servertest.PartnerKey, "POST", "/v1/complaint-previews", person, 200, nil)
	do("zhaolei", "POST", complaints, strings.Replace(person, `"source"`, `"intake_channel":"branch","source"`, 1), 201, nil)
	do(servertest.PartnerKey, "POST", batches, batchOf(fmt.Sprintf(personBody, "D-3"), person, organization, strings.Replace(organization, `"phone"`, `"13700001111"`, 1),
		strings.Replace(organization, "三十七元整。", "三十七元整！", 1)), 207, key("d8"))
	do("zhaolei", "GET", complaints+"?phone=13700001111", "", 400, nil)
	do("zhaolei", "GET", complaints+"/13700001111", "", 404, map[string]string{"X-Request-Id": "13700001111"})
	do("gaofei", "POST", complaints, person, 403, nil)
	do(servertest.Nobody, "POST", complaints, person, 401, nil)

	shown := do("zhaolei", "GET", complaints+"/"+filed.Get("id"), "", 200, nil)
	for _, value := range struckOut {
		if strings.Contains(shown.Get("narrative"), value) {
			t.Errorf("the narrative still holds %q", value)
		}
	}
	if !strings.Contains(shown.Body, "欧阳若曦") || !strings.Contains(shown.Body, "杭州市西湖区") {
		t.Errorf("the handler cannot read what was sealed: %s", shown.Body)
	}

	for range 2 {
		do(servertest.Nobody, "POST", "/v1/sessions", `{"username":"zhaolei","password":"错误口令一二三"}`, 401, nil)
		do(servertest.Nobody, "POST", "/v1/sessions", `{"username":"李四四的口令","password":"x"}`, 401, nil)
	}
	return append(workOnKeys(t, w, do), workOnSessions(t, w)...)
}

func workOnKeys(t *testing.T, w *servertest.World, do func(as, method, url, body string, want int, headers map[string]string) servertest.Answer) []string {
	t.Helper()
	made := makeKey(t, w, anxin, `"scopes":["complaint.read"]`)
	url := "/v1/api-keys/" + made.Get("id")
	do(made.Get("secret"), "GET", "/v1/me", "", 200, nil)
	do("guanli", "PATCH", url, `{"name":"新名"}`, 200, map[string]string{"If-Match": "*"})
	fresh := do("guanli", "POST", url+"/rotation", `{"overlap_hours":1}`, 201, key("r"))
	do("guanli", "POST", url+"/rotation", `{"overlap_hours":1}`, 201, key("r"))
	do("guanli", "DELETE", url, "", 204, nil)
	do(made.Get("secret"), "GET", "/v1/me", "", 401, nil)
	mistyped := fresh.Get("secret")[:50] + "~" + fresh.Get("secret")[51:]
	do(mistyped, "GET", "/v1/me", "", 401, nil)
	return []string{made.Get("secret"), fresh.Get("secret"), mistyped, w.Token(servertest.PartnerKey), made.Get("secret")[shownOfKey:], fresh.Get("secret")[shownOfKey:]}
}

// workOnSessions also makes a member of staff, whose contact is sealed as a consumer's is.
func workOnSessions(t *testing.T, w *servertest.World) []string {
	t.Helper()
	_, err := store.Write(context.Background(), w.App.DB, func(_ context.Context, tx *store.Tx) (int, error) {
		_, err := w.App.People.AddUser(tx, organisation.User{Username: "xinguiyuan", Name: "新柜员", DepartmentID: "dep_demo_center", Roles: []string{organisation.Handler},
			Phone: "13799992222", Email: "新柜员@example.cn", PasswordHash: "x"})
		return 0, err
	})
	if err != nil {
		t.Fatal(err)
	}
	session := w.SignIn("sunli", w.Credentials.Users[0].Password)
	refreshed := w.Do(servertest.Request{Method: "POST", URL: "/v1/session-refreshes", Body: fmt.Sprintf(`{"refresh_token":%q}`, session.Get("refresh_token"))})
	if session.Status != 201 || refreshed.Status != 201 {
		t.Errorf("%s\n%s", session.Body, refreshed.Body)
	}
	secrets := []string{w.Credentials.Users[0].Password}
	for _, a := range []servertest.Answer{session, refreshed} {
		secrets = append(secrets, a.Get("access_token"), a.Get("refresh_token"))
	}
	return secrets
}

// dump reads every table as texts, whatever the engine, and the file itself where the database is one.
func dump(t *testing.T, database string) map[string]string {
	t.Helper()
	engine, source, _ := strings.Cut(database, ":")
	list := "SHOW TABLES"
	tables := map[string]string{}
	if engine == "sqlite" {
		list = "SELECT name FROM sqlite_master WHERE type = 'table'"
		for _, file := range []string{source, source + "-wal"} {
			bytes, err := os.ReadFile(file)
			if err != nil && !os.IsNotExist(err) {
				t.Fatal(err)
			}
			tables["the file "+file] = string(bytes)
		}
	}
	db, err := sql.Open(engine, source)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, row := range readRows(t, db, list) {
		var text strings.Builder
		for _, row := range readRows(t, db, "SELECT * FROM "+row) {
			text.WriteString(row + "\n")
		}
		tables[row] = text.String()
	}
	return tables
}

func readRows(t *testing.T, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(query, err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for rows.Next() {
		values := make([]sql.RawBytes, len(columns))
		into := make([]any, len(columns))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		texts := make([]string, len(columns))
		for i, v := range values {
			texts[i] = string(v)
		}
		all = append(all, strings.Join(texts, "|"))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
