package store

import (
	"gorm.io/gorm"
	"gorm.io/gorm/clause"
)

// Alone makes transactions that give the same name wait for each other until they commit: for rules over rows of which each transaction
// would change another one, as "at least one is left". It comes before the first look at a row; what is read afterwards is what the one before left.
func (tx *Tx) Alone(name string) error {
	name = "alone:" + name
	next := clause.Column{Name: "next"}
	return tx.own(func() error {
		// A row that is changed, not one that is locked: nodes of a cluster see each other's changes alone.
		done := tx.g.Model(&counterRow{}).Where("name = ?", name).Update("next", gorm.Expr("? + 1", next))
		if done.Error != nil || done.RowsAffected == 1 {
			return done.Error
		}
		err := tx.g.Create(&counterRow{Name: name, Next: 1}).Error
		if _, ok := translate(err).(*Duplicate); ok {
			return errRaced
		}
		return err
	})
}
