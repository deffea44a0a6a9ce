package complaint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

const (
	batchObject   = "complaint_batch"
	batchCreate   = "complaint_batch.create"
	batchContinue = "complaint_batch.continue"
)

type batchRow struct {
	ID        string    `gorm:"primaryKey" audit:"ignore"`
	Version   int64     `audit:"ignore"`
	PostedBy  string    `audit:"track"`
	Size      int       `audit:"track"`
	Created   int       `audit:"track"`
	Known     int       `audit:"track"`
	Refused   int       `audit:"track"`
	CreatedAt time.Time `gorm:"autoCreateTime:false" audit:"ignore"`
	UpdatedAt time.Time `gorm:"autoUpdateTime:false" audit:"ignore"`
}

func (batchRow) TableName() string { return "complaint_batch" }

type batchItemRow struct {
	BatchID           string     `gorm:"primaryKey" audit:"ignore"`
	Seq               int        `gorm:"primaryKey;autoIncrement:false" audit:"ignore"`
	ExternalReference string     `audit:"ignore"`
	Result            string     `audit:"ignore"`
	ComplaintID       string     `audit:"ignore"`
	ProblemCode       string     `audit:"ignore"`
	Problem           pii.Sealed `audit:"secret"` // a pointer may name a member that the sender invented
}

func (batchItemRow) TableName() string { return "complaint_batch_item" }

func toBatchRow(b Batch) *batchRow {
	return &batchRow{ID: b.ID, Version: b.Version, PostedBy: b.PostedBy, Size: b.Size, Created: b.Counts[ItemCreated], Known: b.Counts[ItemKnown],
		Refused: b.Counts[ItemRefused], CreatedAt: b.CreatedAt, UpdatedAt: b.UpdatedAt}
}

// loadBatch finds a batch, whoever posted it. Returns BatchNotFound.
func loadBatch(v *store.View, id string) (Batch, error) {
	r, err := store.Take[batchRow](v.Gorm().Where("id = ?", id), BatchNotFound)
	return Batch{ID: r.ID, Version: r.Version, PostedBy: r.PostedBy, Size: r.Size, Counts: map[Result]int{ItemCreated: r.Created, ItemKnown: r.Known, ItemRefused: r.Refused},
		CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}, err
}

// undealt are those of a batch's items that have no row yet. The items are in order.
func undealt(v *store.View, batchID string, items []int) ([]int, error) {
	var dealt []int
	err := v.Gorm().Model(&batchItemRow{}).Where("batch_id = ? AND seq BETWEEN ? AND ?", batchID, items[0], items[len(items)-1]).Order("seq").Pluck("seq", &dealt).Error
	return slices.DeleteFunc(items, func(i int) bool {
		_, found := slices.BinarySearch(dealt, i)
		return found
	}), err
}

// storedFault is a refusal as it is kept: by the codes of its reasons, so that it can be said in any language.
type storedFault struct {
	Items []storedItem
}

type storedItem struct {
	In, Pointer, Name, Code, Suggestion string
	Params                              map[string]any
}

func itemPlace(batchID string, index int) pii.Place {
	return pii.Place{Column: "complaint_batch_item.problem", Row: fmt.Sprint(batchID, "/", index)}
}

func (s *Service) toItemRows(batchID string, items []BatchItem) ([]batchItemRow, error) {
	rows := make([]batchItemRow, len(items))
	for i, item := range items {
		r := batchItemRow{BatchID: batchID, Seq: item.Index, ExternalReference: item.Reference, Result: string(item.Result), ComplaintID: item.ComplaintID}
		if f := item.Refusal; f != nil {
			r.ProblemCode = f.Reason.Code
			var kept storedFault
			for _, one := range f.Items {
				kept.Items = append(kept.Items, storedItem{In: one.In, Pointer: one.Pointer, Name: one.Name, Code: one.Reason.Code, Suggestion: one.Suggestion, Params: one.Params})
			}
			text, err := json.Marshal(kept)
			if err != nil {
				return nil, err
			}
			r.Problem, err = s.keys.Seal(itemPlace(batchID, item.Index), string(text))
			if err != nil {
				return nil, err
			}
		}
		rows[i] = r
	}
	return rows, nil
}

// itemsOf are the items of a batch that were dealt with, in order.
func (s *Service) itemsOf(v *store.View, batchID string) ([]BatchItem, error) {
	var rows []batchItemRow
	if err := v.Gorm().Where("batch_id = ?", batchID).Order("seq").Find(&rows).Error; err != nil {
		return nil, err
	}
	items := make([]BatchItem, len(rows))
	for i, r := range rows {
		items[i] = BatchItem{Index: r.Seq, Reference: r.ExternalReference, Result: Result(r.Result), ComplaintID: r.ComplaintID}
		if r.ProblemCode == "" {
			continue
		}
		text, err := s.keys.Unseal(itemPlace(batchID, r.Seq), r.Problem)
		if err != nil {
			return nil, err
		}
		items[i].Refusal, err = toFault(r.ProblemCode, text)
		if err != nil {
			return nil, err
		}
	}
	return items, nil
}

func toFault(code, text string) (*fault.Fault, error) {
	var kept storedFault
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber() // a limit of 20000 is said as it was declared
	if err := d.Decode(&kept); err != nil {
		return nil, err
	}
	f := &fault.Fault{Reason: fault.Lookup(code)}
	if f.Reason == nil { // of another version
		f.Reason = fault.RequestInvalid
	}
	for _, one := range kept.Items {
		if reason := fault.Lookup(one.Code); reason != nil {
			f.Items = append(f.Items, fault.Item{In: one.In, Pointer: one.Pointer, Name: one.Name, Reason: reason, Params: one.Params, Suggestion: one.Suggestion})
		}
	}
	return f, nil
}

// rowsOf are the complaints of a batch that the caller may read, by id.
func (s *Service) rowsOf(v *store.View, who actor.Actor, items []BatchItem) (map[string]Shown, error) {
	var ids []string
	for _, item := range items {
		if item.ComplaintID != "" {
			ids = append(ids, item.ComplaintID)
		}
	}
	complaints := make(map[string]Shown, len(ids))
	if len(ids) == 0 {
		return complaints, nil
	}
	where, args := s.rights.Current().Scope(who, read).Where(columns)
	rows, err := scanNamed(v.Gorm().Model(&complaintRow{}).Where("complaint.id IN ?", ids).Where(where, args...))
	if err != nil {
		return nil, err
	}
	shown, err := s.showRows(v, who, rows)
	for _, one := range shown {
		complaints[one.ID] = one
	}
	return complaints, err
}
