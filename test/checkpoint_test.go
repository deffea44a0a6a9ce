package test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"strings"
	"testing"

	"xiaobao/internal/app"
	"xiaobao/internal/servertest"
)

// verify runs the command on the world's installation.
func verify(w *servertest.World, arguments ...string) (code int, said string) {
	c := w.Settings
	var out, complaints bytes.Buffer
	code = app.Run(append([]string{"verify"}, arguments...), nil, []string{"XIAOBAO_DATABASE=" + c.Database, "XIAOBAO_KEY_FILE=" + c.KeyFile,
		"XIAOBAO_AUDIT_CHECKPOINTS=" + c.Checkpoints}, &out, &complaints)
	return code, out.String() + complaints.String()
}

func seal(t *testing.T, w *servertest.World) {
	t.Helper()
	if err := w.App.Sealer.Seal(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// One byte of an audit row is changed in the database file: the command names the row, in both languages, and ends with a failure. Without it, it says that all is well, and
// by which key.
func TestStoryOneByteOfTheTrail(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	id := file(t, w, servertest.PartnerKey, "V-1")
	w.Must(200, servertest.Request{As: "zhaolei", Method: "GET", URL: "/v1/complaints/" + id})
	w.Forward("2026-03-24T02:00:00Z")
	seal(t, w)
	code, said := verify(w)
	for _, want := range []string{"entries are sealed, 0 wait for it; 1 checkpoints of the key xiaobao-audit+", "The audit trail is whole. 审计记录完整。"} {
		if code != 0 || !strings.Contains(said, want) {
			t.Fatalf("%d: %q is missing in %s", code, want, said)
		}
	}
	trail := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-entries?purpose=complaint_handling&object_id=" + id})
	entry := trail.Get("data.0.id")
	if trail.Get("data.0.action") != "consumer.contact.read" || trail.Get("data.1") != "" {
		t.Fatal(trail.Body)
	}

	engine, source, _ := strings.Cut(w.Settings.Database, ":")
	raw, err := sql.Open(engine, source)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if _, err := raw.Exec("UPDATE audit_entry SET actor_id = 'usr_demo_zhaolej' WHERE id = ?", entry); err != nil {
		t.Fatal(err)
	}
	code, said = verify(w)
	for _, want := range []string{"The entry " + entry + " was changed after it was sealed. 审计条目 " + entry + " 在封存后被修改。", "xiaobao: the audit trail is not whole. 审计记录不完整。"} {
		if code != 1 || !strings.Contains(said, want) {
			t.Errorf("%d: %q is missing in %s", code, want, said)
		}
	}
	if _, err := raw.Exec("UPDATE audit_entry SET actor_id = 'usr_demo_zhaolei' WHERE id = ?", entry); err != nil {
		t.Fatal(err)
	}
	// A copy of the file, kept where nobody of the installation can write, is as good.
	elsewhere := w.Settings.Checkpoints + ".copy"
	if err := os.Rename(w.Settings.Checkpoints, elsewhere); err != nil {
		t.Fatal(err)
	}
	if code, said := verify(w, "--checkpoints", elsewhere); code != 0 {
		t.Error(said)
	}
	if code, said := verify(w); code != 1 || !strings.Contains(said, "is not there") {
		t.Error(code, said)
	}
}

// Checkpoints are listed the newest first, page by page, to who may read the trail.
func TestCheckpointsAreListed(t *testing.T) {
	t.Parallel()
	w := servertest.New(t, "2026-03-24T01:30:00Z")
	for i := range 3 {
		w.Forward(fmt.Sprintf("2026-03-24T0%d:00:00Z", i+2))
		seal(t, w)
		file(t, w, servertest.PartnerKey, fmt.Sprint("C-", i))
	}
	first := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-checkpoints?limit=2&include_total=true"})
	if first.Get("total") != "3" || !strings.HasPrefix(first.Get("data.0.note"), "xiaobao audit\n"+first.Get("data.0.size")+"\n"+first.Get("data.0.root")+"\n") ||
		!strings.HasPrefix(first.Get("data.0.at"), "2026-03-24T04:00:00") || first.Get("data.2") != "" {
		t.Error(first.Body)
	}
	rest := w.Must(200, servertest.Request{As: "shenji", Method: "GET", URL: "/v1/audit-checkpoints?limit=2&page_token=" + first.Get("next_page_token")})
	if !strings.HasPrefix(rest.Get("data.0.at"), "2026-03-24T02:00:00") || rest.Get("data.1") != "" || rest.Get("next_page_token") != "" {
		t.Error(rest.Body)
	}
	w.Run(t, inBoth(servertest.Scenario{Name: "a handler", As: "zhaolei", Method: "GET", URL: "/v1/audit-checkpoints", WantStatus: 403, WantCode: "auth.forbidden",
		WantBody: []string{`"permission":"audit.read"`}}, "It needs the permission audit.read.", "此操作需要权限 audit.read。")...)
	w.Run(t, servertest.Scenario{Name: "another's token", As: "hejing", Method: "GET", URL: "/v1/audit-checkpoints?page_token=" + first.Get("next_page_token"), WantStatus: 400, WantCode: "page.token_invalid"})
}
