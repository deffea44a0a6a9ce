package complaint

import (
	"sync"
	"time"

	"xiaobao/internal/fault"
)

// BatchNotFound: the batch is absent or somebody else's, which look the same.
var BatchNotFound = fault.Declare(fault.Reason{Kind: fault.NotFound, Code: "complaint_batch.not_found",
	Title:  fault.Words{EN: "There is no such batch.", ZH: "没有该批次。"},
	Causes: "GET /v1/complaint-batches/cba_unknown", Cures: "The Location of createComplaintBatch, asked by the same client or user."})

// Submission is one complaint of a batch as it came in.
type Submission struct {
	Intake  Intake
	Refusal error // what the contract finds wrong with it; nil when nothing
}

// Result is what became of a submission.
type Result string

// The results.
const (
	ItemCreated Result = "created"
	ItemKnown   Result = "known"
	ItemRefused Result = "refused"
)

// BatchItem is a submission that was dealt with.
type BatchItem struct {
	Index       int
	Reference   string
	Result      Result
	ComplaintID string       // that was registered, was known, or has the reference with another content
	Refusal     *fault.Fault // of a refused one
}

// Batch is what became of the complaints of one request.
type Batch struct {
	ID        string
	Version   int64
	PostedBy  string // the client or user
	Size      int
	Counts    map[Result]int
	CreatedAt time.Time
	UpdatedAt time.Time
}

// done says that each of its complaints was dealt with.
func (b Batch) done() bool {
	return b.Counts[ItemCreated]+b.Counts[ItemKnown]+b.Counts[ItemRefused] == b.Size
}

// with counts items that were dealt with.
func (b Batch) with(items []BatchItem, now time.Time) Batch {
	counts := map[Result]int{}
	for result, n := range b.Counts {
		counts[result] = n
	}
	for _, item := range items {
		counts[item.Result]++
	}
	b.Counts, b.UpdatedAt = counts, now
	return b
}

// underway holds the batches that this process deals with: a second request for one is told at once, rather than doing the work beside the first.
type underway struct {
	mu  sync.Mutex
	ids map[string]bool
}

func (u *underway) enter(id string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ids[id] {
		return false
	}
	if u.ids == nil {
		u.ids = map[string]bool{}
	}
	u.ids[id] = true
	return true
}

func (u *underway) leave(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.ids, id)
}
