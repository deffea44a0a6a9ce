package rightsnotice

import (
	"context"
	"strings"

	"xiaobao/internal/actor"
	"xiaobao/internal/edition"
	"xiaobao/internal/store"
)

type noticeRow struct {
	ID               string `gorm:"primaryKey" audit:"ignore"`
	Version          int64  `audit:"ignore"`
	Code             string `audit:"track"`
	Title            string `audit:"track"`
	Form             string `audit:"track"`
	Rights           string `audit:"track"` // codes with commas between them, as the two after it
	TransactionKinds string `audit:"track"`
	Channels         string `audit:"track"`
	Text             string `audit:"ignore"` // its digest is tracked
	TextSHA256       string `gorm:"column:text_sha256" audit:"track"`
	edition.Columns  `gorm:"embedded" audit:"ignore"`
}

func (noticeRow) TableName() string { return "rights_notice" }

func toRow(n Notice) *noticeRow {
	return &noticeRow{ID: n.ID, Version: n.Version, Code: n.Code, Title: n.Title, Form: n.Form, Rights: strings.Join(n.Rights, ","),
		TransactionKinds: strings.Join(n.TransactionKinds, ","), Channels: strings.Join(n.Channels, ","), Text: n.Text, TextSHA256: n.TextSHA256, Columns: edition.ColumnsOf(n.Edition)}
}

func fromRow(row noticeRow) Notice {
	return Notice{ID: row.ID, Version: row.Version, Code: row.Code, Title: row.Title, Form: row.Form, Rights: strings.Split(row.Rights, ","),
		TransactionKinds: strings.Split(row.TransactionKinds, ","), Channels: strings.Split(row.Channels, ","), Text: row.Text, TextSHA256: row.TextSHA256, Edition: row.Columns.Edition()}
}

func fromRows(rows []noticeRow) []Notice {
	all := make([]Notice, len(rows))
	for i, row := range rows {
		all[i] = fromRow(row)
	}
	return all
}

func load(v *store.View, id string) (Notice, error) {
	row, err := store.Take[noticeRow](v.Gorm().Where("id = ?", id), notFound)
	return fromRow(row), err
}

// versionsOf are all versions of some notices.
func versionsOf(v *store.View, codes ...string) ([]Notice, error) {
	if len(codes) == 0 {
		return nil, nil
	}
	var rows []noticeRow
	err := v.Gorm().Where("code IN ?", codes).Order("code, edition").Find(&rows).Error
	return fromRows(rows), err
}

// Filter is which versions a list shows; empty members do not restrict.
type Filter struct{ Codes, States []string }

// List returns versions, newest first; clients see what is published.
func (s *Service) List(ctx context.Context, f Filter, p store.Page) (store.List[Shown], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[Shown], error) {
		q := v.Gorm().Model(&noticeRow{})
		if len(f.Codes) > 0 {
			q = q.Where("code IN ?", f.Codes)
		}
		if len(f.States) > 0 {
			q = q.Where("state IN ?", f.States)
		}
		if who.Kind == actor.Client {
			q = q.Where("in_force_at IS NOT NULL")
		}
		list, err := store.ListOf(q, store.Order{Column: "id", ID: "id", Down: true}, p, func(row noticeRow) []any { return []any{row.ID} })
		if err != nil {
			return store.List[Shown]{}, err
		}
		shown, err := s.show(v, who, fromRows(list.Rows)...)
		return store.List[Shown]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}
