package authz

import (
	"sync"
	"testing"
)

// TestSwapNeverGoesBack guards never-and-must 30: of two reloads that cross, the later policy stays.
func TestSwapNeverGoesBack(t *testing.T) {
	first, second, third := engine(t, ""), engine(t, ""), engine(t, "")
	f := PutInForce(first, 7)
	for _, step := range []struct {
		engine  *Engine
		version int64
		taken   bool
		now     *Engine
	}{{second, 7, false, first}, {third, 9, true, third}, {second, 8, false, third}} {
		if f.Swap(step.engine, step.version) != step.taken || f.Current() != step.now {
			t.Errorf("version %d: in force is %d", step.version, f.Version())
		}
	}
}

// TestSwapUnderLoad asks from many sides while policies change: each answer is that of one policy or the other, and after
// the last swap that of the last. Run with -race.
func TestSwapUnderLoad(t *testing.T) {
	head, q := user("branch", "head"), ask(t, "complaint.read")
	yes := "g, head, handler\np, handler, branch, complaint, *, read, department"
	f := PutInForce(engine(t, yes), 0)
	row := Row{Stage: "intake", DepartmentIDs: []string{"dep_1"}}
	var asking sync.WaitGroup
	done := make(chan struct{})
	for range 8 {
		asking.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				e := f.Current()
				if e.May(head, q) != (e.Check(head, q, row) == nil) || e.Explain(head, q, &row).Allowed != e.May(head, q) {
					t.Error("one engine gave two answers")
					return
				}
			}
		})
	}
	for version := int64(1); version <= 100; version++ {
		text := yes
		if version%2 == 0 {
			text = ""
		}
		f.Swap(engine(t, text), version)
	}
	close(done)
	asking.Wait()
	if f.Current().May(head, q) || f.Version() != 100 {
		t.Error("the last policy grants nothing and is not in force")
	}
}

// BenchmarkCheck is a warm decision on one record by the policy that ships; it is to stay below 2 µs.
func BenchmarkCheck(b *testing.B) {
	e, q := shipped(b), ask(b, "complaint.read")
	head, row := user("branch", "head"), Row{Stage: "investigation", DepartmentIDs: []string{"dep_2"}}
	b.ReportAllocs()
	for b.Loop() {
		if e.Check(head, q, row) != nil {
			b.Fatal("refused")
		}
	}
}

// BenchmarkWhere is the predicate of a list, warm.
func BenchmarkWhere(b *testing.B) {
	e, q := shipped(b), ask(b, "complaint.read")
	head := user("branch", "head")
	columns := Columns{Stage: "stage", Departments: []string{"department_id"}, Responsible: HolderColumns{"responsible_id", "responsible_in"}, Named: "named"}
	b.ReportAllocs()
	for b.Loop() {
		e.Scope(head, q).Where(columns)
	}
}
