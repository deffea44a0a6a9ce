package checkpoint_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"xiaobao/internal/checkpoint"
	"xiaobao/internal/store/storetest"
)

// A trail that nobody touched is whole, in whatever portions it was sealed. Entries of one instant, and those just young enough to wait, are counted once.
func TestWhole(t *testing.T) {
	tr := newTrail(t)
	tr.whole(0, 0)
	tr.seal()
	tr.clock.Set("2026-03-24T02:00:00Z")
	total := int64(0)
	for _, n := range []int{1, 2, 500, 1, 2300, 7} {
		tr.act(n)
		tr.seal()
		tr.whole(total, int64(n))
		tr.age()
		tr.seal()
		total += int64(n)
		tr.whole(total, 0)
	}
	text, err := os.ReadFile(tr.file)
	if err != nil || strings.Count(string(text), "\n") != 8 || !strings.Contains(string(text), "xiaobao audit") {
		t.Errorf("the file: %v\n%s", err, text)
	}
}

// One changed byte of whichever column is found, and the entry named.
func TestChangedEntry(t *testing.T) {
	tr := newTrail(t)
	tr.act(20)
	tr.age()
	tr.seal()
	id := tr.entry(7)
	rows, err := tr.raw.Query("SELECT * FROM audit_entry WHERE id = ?", id)
	if err != nil {
		t.Fatal(err)
	}
	columns, err := rows.Columns()
	_ = rows.Close()
	if err != nil || len(columns) < 15 {
		t.Fatal(columns, err)
	}
	for _, c := range columns {
		if c == "id" {
			continue // then it is another entry: TestDeletedEntry
		}
		var was string
		if err := tr.raw.QueryRow("SELECT CAST("+c+" AS CHAR) FROM audit_entry WHERE id = ?", id).Scan(&was); err != nil || was == "" {
			t.Fatalf("%s: %q, %v", c, was, err)
		}
		at := 0
		if c == "at" {
			at = len("2026-03-24 01:00:0")
		}
		now := was[:at] + string(was[at]^1) + was[at+1:]
		if was[0] >= 0x80 { // a letter of three bytes
			now = "王" + was[3:]
		}
		tr.exec("UPDATE audit_entry SET "+c+" = ? WHERE id = ?", now, id)
		got, said := tr.verify()
		if got.Findings == 0 || !strings.Contains(said, "The entry "+id+" was changed after it was sealed. 审计条目 "+id+" 在封存后被修改。") || c != "at" && got.Findings != 1 {
			t.Errorf("%s: %d findings\n%s", c, got.Findings, said)
		}
		tr.exec("UPDATE audit_entry SET "+c+" = ? WHERE id = ?", was, id)
		tr.whole(20, 0)
	}
}

// Whoever changes the seal with the entry is found, too; with all nodes, by the signature over them.
func TestChangedSeal(t *testing.T) {
	tr := newTrail(t)
	tr.act(20)
	tr.age()
	tr.seal()
	tr.exec("UPDATE audit_leaf SET hash = (SELECT h FROM (SELECT hash AS h FROM audit_leaf WHERE number = 8) x) WHERE number = 7")
	_, said := tr.verify()
	for _, want := range []string{tr.entry(7) + " was changed", "leaves 6 to 7"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
	tr = newTrail(t)
	tr.act(1)
	tr.age()
	tr.seal()
	tr.act(1)
	tr.age()
	tr.seal()
	other := newTrail(t)
	other.act(2)
	other.age()
	other.seal()
	tr.exec("DELETE FROM audit_entry")
	tr.exec("DELETE FROM audit_leaf")
	tr.exec("DELETE FROM audit_node")
	copyRows(t, other.raw, tr.raw, "audit_entry", "audit_leaf", "audit_node")
	_, said = tr.verify()
	if !strings.Contains(said, "The first 1 entries are not those that audit_checkpoint 1 was signed for; up to 0 they are.") || !strings.Contains(said, "与 audit_checkpoint 1 签名时不符") {
		t.Error(said)
	}
}

func copyRows(t *testing.T, from, to *sql.DB, tables ...string) {
	t.Helper()
	for _, table := range tables {
		rows, err := from.Query("SELECT * FROM " + table)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, pointers := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				pointers[i] = &values[i]
			}
			if err := rows.Scan(pointers...); err != nil {
				t.Fatal(err)
			}
			if _, err := to.Exec("INSERT INTO "+table+" VALUES (?"+strings.Repeat(",?", len(columns)-1)+")", values...); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// A deleted entry is named; one deleted with its seal leaves a hole.
func TestDeletedEntry(t *testing.T) {
	tr := newTrail(t)
	tr.act(20)
	tr.age()
	tr.seal()
	id := tr.entry(7)
	tr.exec("DELETE FROM audit_entry WHERE id = ?", id)
	tr.finds("The entry "+id+" was deleted after it was sealed.", "审计条目 "+id+" 在封存后被删除。")
	tr.exec("DELETE FROM audit_leaf WHERE number = 7")
	tr.finds("The leaf 7 is missing", "第 7 号封存记录缺失")
	tr.exec("DELETE FROM audit_node WHERE position = 2")
	_, said := tr.verify()
	if !strings.Contains(said, "leaves 0 to 1") {
		t.Error(said)
	}
}

// A reordered pair is named, though each of the two is as it was.
func TestReorderedPair(t *testing.T) {
	tr := newTrail(t)
	tr.act(20)
	tr.age()
	tr.seal()
	a, b := tr.entry(7), tr.entry(8)
	for _, step := range [][2]int{{7, 100}, {8, 7}, {100, 8}} {
		tr.exec("UPDATE audit_leaf SET number = ? WHERE number = ?", step[1], step[0])
	}
	_, said := tr.verify()
	for _, want := range []string{"The entries " + b + " and " + a + " stand in the wrong order.", "审计条目 " + b + " 与 " + a + " 的顺序被颠倒。"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is missing in\n%s", want, said)
		}
	}
}

// A tail that was cut off, with everything that the database knows of it, shows by the file; and the file is not written to any more.
func TestTruncatedTail(t *testing.T) {
	tr := newTrail(t)
	for range 2 {
		tr.act(10)
		tr.age()
		tr.seal()
	}
	tr.exec("DELETE FROM audit_entry WHERE id IN (SELECT entry_id FROM audit_leaf WHERE number >= 10)")
	tr.exec("DELETE FROM audit_leaf WHERE number >= 10")
	tr.exec("DELETE FROM audit_node WHERE position >= ?", 18)
	got, said := tr.verify()
	if got.Findings != 2 || !strings.Contains(said, "The end is cut off: audit_checkpoint 20 knows 20 sealed entries, the database has 10.") {
		t.Error(said)
	}
	tr.exec("DELETE FROM audit_checkpoint WHERE size > 10")
	tr.finds("The end is cut off: "+tr.file+":2 knows 20 sealed entries, the database has 10.", "审计记录的末尾被截断：", "记载已封存 20 条，数据库中仅有 10 条。")
	if err := tr.sealer.Seal(context.Background()); err == nil || !strings.Contains(err.Error(), "knows 20 sealed entries, the database 10") {
		t.Errorf("sealing goes on: %v", err)
	}
	tr.act(15)
	tr.age()
	tr.seal()
	tr.finds("The first 20 entries are not those that " + tr.file + ":2 was signed for; up to 10 they are.")
}

// An entry that is older than what is sealed, and has no seal, was put in behind.
func TestPutInBehind(t *testing.T) {
	tr := newTrail(t)
	tr.act(20)
	tr.age()
	tr.seal()
	tr.exec("INSERT INTO audit_entry (id, at, actor_kind, actor_id, actor_name, department_id, action, object, object_id, request_id, stage, basis, purpose, reason, changes) "+
		"SELECT 'aud_put_in', at, actor_kind, actor_id, actor_name, department_id, action, object, object_id, request_id, stage, basis, purpose, reason, changes FROM audit_entry WHERE id = ?", tr.entry(3))
	tr.act(3)
	tr.age()
	tr.seal()
	tr.finds("The entry aud_put_in was put in behind", "审计条目 aud_put_in 系事后插入")
}

// A checkpoint of another key, or of another size than its row says, is not believed, in the database or in the file.
func TestForgedCheckpoint(t *testing.T) {
	tr := newTrail(t)
	tr.act(20)
	tr.age()
	tr.seal()
	foreign := newTrail(t)
	foreign.sealer = checkpoint.NewSealer(foreign.db, signer(t, 2), foreign.file)
	foreign.act(20)
	foreign.age()
	foreign.seal()
	var theirs, ours string
	if err := foreign.raw.QueryRow("SELECT note FROM audit_checkpoint").Scan(&theirs); err != nil {
		t.Fatal(err)
	}
	if err := tr.raw.QueryRow("SELECT note FROM audit_checkpoint").Scan(&ours); err != nil {
		t.Fatal(err)
	}
	tr.exec("UPDATE audit_checkpoint SET note = ?", theirs)
	tr.finds("audit_checkpoint 20 is not signed by this installation.", "audit_checkpoint 20 并非由本系统签名。")
	tr.exec("UPDATE audit_checkpoint SET note = ?, size = 21", ours)
	tr.finds("audit_checkpoint 21 is not signed by this installation.")
	tr.exec("UPDATE audit_checkpoint SET size = 20")
	line, err := json.Marshal(theirs)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(tr.file, append(line, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
	tr.finds(tr.file+":1 is not signed by this installation.", "并非由本系统签名。")
	if err := os.Remove(tr.file); err != nil {
		t.Fatal(err)
	}
	tr.finds("The file of checkpoints "+tr.file+" is not there", "存证点文件 "+tr.file+" 不存在")
}

// Two processes that seal at once leave one tree; one that died while it wrote to the file costs nothing.
func TestTwoProcesses(t *testing.T) {
	tr := newTrail(t)
	other := checkpoint.NewSealer(storetest.Open(t, tr.database, tr.clock.Now), tr.signer, tr.file)
	for range 8 {
		tr.act(600)
		tr.age()
		ended := make(chan error, 2)
		for _, s := range []*checkpoint.Sealer{tr.sealer, other} {
			go func() { ended <- s.Seal(context.Background()) }()
		}
		first, second := <-ended, <-ended
		if first != nil && second != nil {
			t.Error(first, second)
		}
	}
	tr.seal()
	tr.whole(8*600, 0)
	f, err := os.OpenFile(tr.file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`"xiaobao audit\n48`); err != nil || f.Close() != nil {
		t.Fatal(err)
	}
	tr.act(1)
	tr.age()
	tr.seal()
	tr.whole(8*600+1, 0)
}

// Sealing must keep up with the highest rate of intake: see docs/performance.md.
func BenchmarkSeal(b *testing.B) {
	tr := newTrail(b)
	tr.act(b.N)
	tr.age()
	b.ResetTimer()
	for range b.N/100_000 + 1 {
		tr.seal()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

// BenchmarkVerify is how fast a trail is computed anew.
func BenchmarkVerify(b *testing.B) {
	tr := newTrail(b)
	tr.act(b.N)
	tr.age()
	tr.seal()
	b.ResetTimer()
	if got, said := tr.verify(); got.Findings > 0 {
		b.Fatal(said)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}
