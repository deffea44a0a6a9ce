package complaint

import (
	"time"

	"xiaobao/internal/pii"
	"xiaobao/internal/store"
)

type logRow struct {
	ID           string     `gorm:"primaryKey" audit:"ignore"`
	Version      int64      `audit:"ignore"`
	ComplaintID  string     `audit:"track"`
	Kind         string     `audit:"track"`
	At           time.Time  `audit:"track"`
	AuthorID     string     `audit:"ignore"`
	DepartmentID string     `audit:"ignore"`
	Content      pii.Sealed `audit:"secret"`
	Form         string     `audit:"track"`
	Direction    string     `audit:"track"`
	Reached      bool       `audit:"track"`
	Reference    pii.Sealed `audit:"secret"`
	Struck       bool       `audit:"track"`
	RecordedAt   time.Time  `audit:"ignore"`
}

func (logRow) TableName() string { return "complaint_log" }

func (s *Service) toLogRow(l Log) (*logRow, error) {
	b := s.vault("complaint_log", l.ID)
	r := &logRow{ID: l.ID, Version: 1, ComplaintID: l.ComplaintID, Kind: string(l.Kind), At: l.At, AuthorID: l.AuthorID, DepartmentID: l.DepartmentID,
		Content: b.seal("content", l.Text), Form: l.Form, Direction: l.Direction, Reached: l.Reached, Reference: b.seal("reference", l.Reference),
		Struck: l.Struck, RecordedAt: l.RecordedAt}
	return r, b.err
}

func (s *Service) fromLogRow(r logRow) (Log, error) {
	b := s.vault("complaint_log", r.ID)
	l := Log{ID: r.ID, ComplaintID: r.ComplaintID, Kind: LogKind(r.Kind), At: r.At.UTC(), RecordedAt: r.RecordedAt.UTC(), AuthorID: r.AuthorID,
		DepartmentID: r.DepartmentID, Text: b.open("content", r.Content), Form: r.Form, Direction: r.Direction, Reached: r.Reached,
		Reference: b.open("reference", r.Reference), Struck: r.Struck}
	return l, b.err
}

// loadLog finds an entry of the log. Returns NotFound.
func (s *Service) loadLog(v *store.View, id string) (Log, error) {
	row, err := store.Take[logRow](v.Gorm().Where("id = ?", id), NotFound)
	if err != nil {
		return Log{}, err
	}
	return s.fromLogRow(row)
}

// logOf is a page of a complaint's log, newest first, but for some kinds.
func (s *Service) logOf(v *store.View, complaintID string, except []LogKind, p store.Page) ([]Log, error) {
	q := v.Gorm().Where("complaint_id = ?", complaintID)
	if len(except) > 0 {
		q = q.Where("kind NOT IN ?", except)
	}
	var rows []logRow
	err := store.Keyset(q, store.Order{Column: "at", ID: "id", Down: true, Instant: true}, p).Find(&rows).Error
	if err != nil {
		return nil, err
	}
	entries := make([]Log, len(rows))
	for i, r := range rows {
		if entries[i], err = s.fromLogRow(r); err != nil {
			return nil, err
		}
	}
	return entries, nil
}
