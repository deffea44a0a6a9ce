package keyring

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
	"xiaobao/internal/store/storetest"
)

const column = "complaint_batch_item.problem"

// item is a row of a table with a key of two columns.
type item struct {
	BatchID string
	Seq     int64
	Problem pii.Sealed
}

// house is a database with keys, opened by as many processes as a test needs.
type house struct {
	t              *testing.T
	clock          *storetest.Clock
	database, path string
}

func found(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, clock: storetest.NewClock("2026-03-24T01:30:00Z"), database: storetest.Database(t), path: filepath.Join(t.TempDir(), "x.key")}
	db := storetest.Open(t, h.database, h.clock.Now)
	if err := db.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	kek, err := pii.EnsureKEK(h.path)
	if err != nil {
		t.Fatal(err)
	}
	wrapped, err := pii.Create(kek)
	if err != nil {
		t.Fatal(err)
	}
	if err := Keep(context.Background(), db, wrapped); err != nil {
		t.Fatal(err)
	}
	return h
}

// process opens the keys as another process would.
func (h *house) process() *Ring {
	h.t.Helper()
	r, err := Open(context.Background(), storetest.Open(h.t, h.database, h.clock.Now), h.path)
	if err != nil {
		h.t.Fatal(err)
	}
	return r
}

func place(batch string, seq int) pii.Place {
	return pii.Place{Column: column, Row: fmt.Sprint(batch, "/", seq)}
}

func seal(t *testing.T, r *Ring, at pii.Place, text string) pii.Sealed {
	t.Helper()
	s, err := r.Keys.Seal(at, text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// write stores values as a service with these keys would.
func write(t *testing.T, r *Ring, batch string, texts ...string) {
	t.Helper()
	rows := make([]map[string]any, len(texts))
	for i, text := range texts {
		rows[i] = map[string]any{"batch_id": batch, "seq": i, "external_reference": "", "result": "", "complaint_id": "", "problem_code": "", "problem": seal(t, r, place(batch, i), text)}
	}
	_, err := store.Maintain(context.Background(), r.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Table("complaint_batch_item").CreateInBatches(rows, 100).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// read opens all values of a batch, and counts those under a key.
func read(t *testing.T, r *Ring, batch string, under uint32) (texts []string, n int) {
	t.Helper()
	rows, err := store.Read(context.Background(), r.db, func(v *store.View) (rows []item, err error) {
		return rows, v.Gorm().Table("complaint_batch_item").Where("batch_id = ?", batch).Order("seq").Find(&rows).Error
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		text, err := r.Keys.Unseal(place(batch, i), row.Problem)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, text)
		if row.Problem.KeyID() == under {
			n++
		}
	}
	return texts, n
}

func many(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = fmt.Sprint("客户反映第", i, "件")
	}
	return texts
}

func says(t *testing.T, err error, want *fault.Reason, en, zh string) {
	t.Helper()
	if !errors.Is(err, want) || !strings.Contains(fault.Sentence(err, "en"), en) || !strings.Contains(fault.Sentence(err, "zh-CN"), zh) {
		t.Errorf("%v, not %q and %q", err, en, zh)
	}
}

// A job that is stopped after its first batch and run again reseals each value once, in a table whose key has two columns, and leaves alone what does not open. Then
// the old key goes, and every process still reads everything.
func TestResealAndRetire(t *testing.T) {
	ctx, h := context.Background(), found(t)
	serving, r := h.process(), h.process()
	old, texts := r.sealing(), many(2*batchSize+50)
	write(t, r, "b1", texts...)
	write(t, r, "b2", texts[:batchSize]...)
	says(t, r.Retire(ctx, []string{column}, old), ErrPrimary, fmt.Sprintf("The key %d seals what is stored now.", old), "正用于加密新数据")
	if _, err := r.Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	write(t, r, "b3", "新的")
	if got, _ := read(t, serving, "b3", 0); got[0] != "新的" {
		t.Errorf("another process reads %q", got)
	}
	says(t, r.Retire(ctx, []string{column}, old), ErrInUse, fmt.Sprintf("%d values are still sealed under the key %d.", 3*batchSize+50, old), "仍有 650 个值由密钥")
	says(t, r.Retire(ctx, []string{column}, 7), ErrUnknown, "The keyring has no key 7", "密钥环中没有密钥 7")

	stopped, stop := context.WithCancel(ctx)
	defer stop()
	_, err := r.Reseal(stopped, []string{column}, func(string, int64, int64) { stop() })
	if _, done := read(t, r, "b1", r.sealing()); done != batchSize || !errors.Is(err, context.Canceled) {
		t.Fatalf("stopped after %d values: %v", done, err)
	}
	damage(t, r, "b2", 3)
	got, err := r.Reseal(ctx, []string{column}, func(string, int64, int64) {})
	if err != nil || got.Values != 2*batchSize+49 || got.Already != batchSize+1 || got.Tables != 1 || len(got.Failures) != 1 || got.Failures[0].Place != place("b2", 3) {
		t.Fatalf("%+v %v", got, err)
	}
	says(t, r.Retire(ctx, []string{column}, old), ErrInUse, "1 values are still", "仍有 1 个值")
	mend(t, r, "b2", 3)
	says(t, r.Retire(ctx, []string{column}, old), ErrRecent, "Run it again after 2026-03-24T01:32:0", "请在 2026-03-24T01:32:0")
	h.clock.Set("2026-03-24T01:33:00Z")
	if err := r.Retire(ctx, []string{column}, old); err != nil {
		t.Fatal(err)
	}
	for name, each := range map[string]*Ring{"that served": serving, "that retired": r, "that is new": h.process()} {
		if all, under := read(t, each, "b1", r.sealing()); strings.Join(all, "") != strings.Join(texts, "") || under != len(texts) {
			t.Errorf("the process %s: %d under the new key, %q", name, under, all)
		}
	}
	acts, err := store.Read(ctx, r.db, func(v *store.View) (acts []string, err error) {
		return acts, v.Gorm().Table("audit_entry").Order("id").Pluck("action", &acts).Error
	})
	if strings.Join(acts, " ") != "keyring.rotate keyring.reseal keyring.reseal keyring.retire" || err != nil {
		t.Error(acts, err)
	}
}

func damage(t *testing.T, r *Ring, batch string, seq int) {
	t.Helper()
	s := []byte(sealedAt(t, r, batch, seq))
	s[len(s)-1] ^= 1
	overwrite(t, r, batch, seq, s)
}

func mend(t *testing.T, r *Ring, batch string, seq int) {
	t.Helper()
	overwrite(t, r, batch, seq, seal(t, r, place(batch, seq), "重新录入"))
}

func sealedAt(t *testing.T, r *Ring, batch string, seq int) pii.Sealed {
	t.Helper()
	row, err := store.Read(context.Background(), r.db, func(v *store.View) (item, error) {
		return store.Take[item](v.Gorm().Table("complaint_batch_item").Where("batch_id = ? AND seq = ?", batch, seq), errNone)
	})
	if err != nil {
		t.Fatal(err)
	}
	return row.Problem
}

func overwrite(t *testing.T, r *Ring, batch string, seq int, s []byte) {
	t.Helper()
	_, err := store.Maintain(context.Background(), r.db, func(tx *store.Tx) (struct{}, error) {
		return struct{}{}, tx.Gorm().Table("complaint_batch_item").Where("batch_id = ? AND seq = ?", batch, seq).Updates(map[string]any{"problem": s}).Error
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What somebody writes between the job's look and its writing stays; the job looks again. After a rotation, a job with the keys of before writes nothing.
func TestResealOverwritesNothing(t *testing.T) {
	ctx, h := context.Background(), found(t)
	r, other := h.process(), h.process()
	write(t, r, "b1", "旧值", "不变")
	if _, err := r.Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	tables, err := r.tables(ctx, []string{column})
	if err != nil {
		t.Fatal(err)
	}
	var changes []change
	stored, _ := r.seen()
	rows, err := store.Read(ctx, r.db, func(v *store.View) ([]sealedRow, error) { return tables[0].older(v, pii.Mark(r.sealing()), nil) })
	for _, row := range rows {
		c, _, err := r.again(tables[0], row)
		if err != nil {
			t.Fatal(err)
		}
		changes = append(changes, c)
	}
	if err != nil || len(changes) != 2 {
		t.Fatal(changes, err)
	}
	overwrite(t, other, "b1", 0, seal(t, other, place("b1", 0), "新值")) // by who does not know of the new key yet
	if n, err := r.put(ctx, tables[0], changes, stored.Version); n != 1 || err != nil {
		t.Errorf("%d values were written: %v", n, err)
	}
	if texts, under := read(t, r, "b1", r.sealing()); strings.Join(texts, " ") != "新值 不变" || under != 1 {
		t.Errorf("%q, %d under the new key", texts, under)
	}
	if got, err := r.Reseal(ctx, []string{column}, func(string, int64, int64) {}); err != nil || got.Values != 1 || got.Already != 1 {
		t.Errorf("%+v %v", got, err)
	}
	if err := other.Refresh(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Rotate(ctx); err != nil {
		t.Fatal(err)
	}
	_, err = r.put(ctx, tables[0], changes, stored.Version)
	says(t, err, ErrChanged, "Somebody else has changed the keys meanwhile; nothing was done.", "密钥已同时被他人更改")
}

// Of those who change the same keys one does, and the others are told. What a process that has not heard of it may still write keeps the old key for two minutes.
func TestOneChangesTheKeys(t *testing.T) {
	h := found(t)
	var made atomic.Int64
	var wg sync.WaitGroup
	for _, r := range []*Ring{h.process(), h.process(), h.process(), h.process()} {
		wg.Go(func() {
			_, err := r.Rotate(context.Background())
			if err == nil {
				made.Add(1)
			} else if !errors.Is(err, ErrChanged) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if keys := h.process().List(); made.Load() != 1 || len(keys) != 2 || keys[0].Primary || !keys[1].Primary || keys[1].MadeAt.Before(keys[0].MadeAt) {
		t.Errorf("%d rotations, and the keys %+v", made.Load(), keys)
	}
	r := h.process()
	says(t, r.Retire(context.Background(), []string{column}, r.List()[0].ID), ErrRecent, "Run it again after 2026-03-24T01:32:01Z.", "请在 2026-03-24T01:32:01Z 之后")
}

// A running process seals with the new key within two seconds of a rotation.
func TestFollow(t *testing.T) {
	h := found(t)
	serving, r := h.process(), h.process()
	go serving.Follow(t.Context(), slog.New(slog.DiscardHandler))
	added, err := r.Rotate(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	for seal(t, serving, place("b", 1), "x").KeyID() != added.ID {
		if time.Since(began) > 2*time.Second {
			t.Fatal("it seals with the old key")
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// The keys open with another file and no more with the old one. A process that lacks the new file goes on as long as the key that seals is its own; after the next
// rotation it reads what it can and stores nothing, until its file is exchanged.
func TestAnotherKeyFile(t *testing.T) {
	ctx, h := context.Background(), found(t)
	serving, r, late := h.process(), h.process(), h.process()
	write(t, r, "b1", "旧值")
	says(t, r.Rewrap(ctx, h.path), ErrSameFile, "holds the key in force already", "已是现用密钥")
	another := h.path + ".new"
	if err := r.Rewrap(ctx, another); err != nil {
		t.Fatal(err)
	}
	says(t, late.Rewrap(ctx, h.path+".third"), ErrChanged, "nothing was done", "未做任何操作")
	if _, err := Open(ctx, r.db, h.path); !errors.Is(err, pii.ErrWrongKey) {
		t.Errorf("the old file: %v", err)
	}
	if err := serving.Refresh(ctx); !errors.Is(err, pii.ErrWrongKey) {
		t.Errorf("the process with the old file: %v", err)
	}
	seal(t, serving, place("b1", 1), "仍可保存")

	added, err := r.Rotate(ctx)
	if err != nil {
		t.Fatal(err)
	}
	write(t, r, "b2", "新值")
	if _, err := serving.Keys.Unseal(place("b2", 0), sealedAt(t, r, "b2", 0)); !errors.Is(err, pii.ErrWrongKey) {
		t.Errorf("a value under the key that it lacks: %v", err)
	}
	_, err = serving.Keys.Seal(place("b1", 1), "x")
	says(t, err, pii.ErrBehind, "it stores no personal values until its key file is put right", "在密钥文件恢复正确之前不保存个人信息")
	if texts, _ := read(t, serving, "b1", 0); texts[0] != "旧值" {
		t.Error(texts)
	}
	if err := os.Rename(another, h.path); err != nil {
		t.Fatal(err)
	}
	if err := serving.Refresh(ctx); err != nil || seal(t, serving, place("b1", 1), "x").KeyID() != added.ID {
		t.Errorf("with the new file: %v", err)
	}
	if texts, _ := read(t, serving, "b2", 0); texts[0] != "新值" {
		t.Error(texts)
	}
}
