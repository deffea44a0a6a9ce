package consent

import (
	"context"

	"xiaobao/internal/actor"
	"xiaobao/internal/authz"
	"xiaobao/internal/edition"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

type textRow struct {
	ID      string `gorm:"primaryKey" audit:"ignore"`
	Version int64  `audit:"ignore"`
	Purpose string `audit:"track"`
	// The texts never change, so the row itself is what tells of them.
	TextZH          string `audit:"ignore"`
	TextEN          string `audit:"ignore"`
	edition.Columns `gorm:"embedded" audit:"ignore"`
}

func (textRow) TableName() string { return "consent_text" }

func toTextRow(t Text) *textRow {
	return &textRow{ID: t.ID, Version: t.Version, Purpose: string(t.Purpose), TextZH: t.ZH, TextEN: t.EN, Columns: edition.ColumnsOf(t.Edition)}
}

func (r textRow) text() Text {
	return Text{ID: r.ID, Version: r.Version, Purpose: purpose.Purpose(r.Purpose), ZH: r.TextZH, EN: r.TextEN, Edition: r.Edition()}
}

func texts(rows []textRow) []Text {
	all := make([]Text, len(rows))
	for i, r := range rows {
		all[i] = r.text()
	}
	return all
}

func insertText(tx *store.Tx, t Text) error {
	return tx.Save(store.Act{Action: "consent_text.create", Object: "consent_text", ID: t.ID}, nil, toTextRow(t))
}

func updateText(tx *store.Tx, action string, before, after Text) error {
	return tx.Save(store.Act{Action: action, Object: "consent_text", ID: after.ID}, toTextRow(before), toTextRow(after))
}

// loadText finds a version, whoever may see it. Returns textNotFound.
func loadText(v *store.View, id string) (Text, error) {
	row, err := store.Take[textRow](v.Gorm().Where("id = ?", id), textNotFound)
	return row.text(), err
}

// editions are all versions of some purposes, without their words.
func editions[P ~string](v *store.View, purposes ...P) ([]Text, error) {
	var rows []textRow
	err := v.Gorm().Where("purpose IN ?", purposes).Omit("text_zh", "text_en").Find(&rows).Error
	return texts(rows), err
}

// TextFilter is which texts a list shows. Empty members do not restrict; the members of a list are alternatives.
type TextFilter struct{ Purposes, States []string }

// ListTexts returns the texts that the caller may read, the newest first.
func (s *Service) ListTexts(ctx context.Context, f TextFilter, p store.Page) (store.List[ShownText], error) {
	who := actor.From(ctx)
	return store.Read(ctx, s.db, func(v *store.View) (store.List[ShownText], error) {
		where, args := s.rights.Current().Scope(who, readTexts).Where(authz.Columns{}) // a text belongs to no department: whoever may read one may read all
		q := v.Gorm().Model(&textRow{}).Where(where, args...)
		for column, values := range map[string][]string{"purpose": f.Purposes, "state": f.States} {
			if len(values) > 0 {
				q = q.Where("consent_text."+column+" IN ?", values)
			}
		}
		list, err := store.ListOf(q, store.Order{Column: "consent_text.id", ID: "consent_text.id", Down: true}, p, func(r textRow) []any { return []any{r.ID} })
		if err != nil {
			return store.List[ShownText]{}, err
		}
		shown, err := s.showTexts(v, who, texts(list.Rows))
		return store.List[ShownText]{Rows: shown, After: list.After, Total: list.Total}, err
	})
}
