package store

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"

	"gorm.io/gorm"
)

// The refusals of the door; each is a mistake in the program, found by its first test.
var (
	ErrOutside   = errors.New("store: a row was to be changed outside Write and Maintain")
	ErrNested    = errors.New("store: Write inside Write; pass the *Tx on instead")
	ErrUnaudited = errors.New("store: rows were changed without an audit entry")
)

const txKey = "xiaobao:tx"

type statementsKey struct{}

// Statements counts statements.
type Statements struct {
	All     atomic.Int64
	InWrite atomic.Int64 // those of them between the begin and the commit of Writes, which make others wait
}

// CountStatements returns a context under which the statements of reads and writes are counted, and the counter.
func CountStatements(ctx context.Context) (context.Context, *Statements) {
	n := new(Statements)
	return context.WithValue(ctx, statementsKey{}, n), n
}

// guard refuses changes outside a transaction of this package, notes those that Save did not make, and counts statements.
func guard(g *gorm.DB) {
	change := func(d *gorm.DB) {
		count(d)
		tx, ok := txOf(d)
		switch {
		case !ok:
			_ = d.AddError(ErrOutside)
		case !tx.saving && !tx.maintains:
			tx.unaudited = append(tx.unaudited, d.Statement.Table)
		}
	}
	query := func(d *gorm.DB) {
		count(d)
		if _, ok := txOf(d); ok || d.Statement.SQL.Len() == 0 {
			return
		}
		word, _, _ := strings.Cut(strings.TrimSpace(d.Statement.SQL.String()), " ")
		if !strings.EqualFold(word, "select") && !strings.EqualFold(word, "with") {
			_ = d.AddError(ErrOutside)
		}
	}
	cb := g.Callback()
	for _, err := range []error{
		cb.Create().Before("gorm:create").Register("xiaobao:guard", change),
		cb.Update().Before("gorm:update").Register("xiaobao:guard", change),
		cb.Delete().Before("gorm:delete").Register("xiaobao:guard", change),
		cb.Raw().Before("gorm:raw").Register("xiaobao:guard", change),
		cb.Query().Before("gorm:query").Register("xiaobao:guard", query),
		cb.Row().Before("gorm:row").Register("xiaobao:guard", query),
	} {
		if err != nil {
			panic(err) // a callback is registered once, at the start
		}
	}
}

func txOf(d *gorm.DB) (*Tx, bool) {
	v, ok := d.Get(txKey)
	if !ok {
		return nil, false
	}
	tx, ok := v.(*Tx)
	return tx, ok
}

func count(d *gorm.DB) {
	n, ok := d.Statement.Context.Value(statementsKey{}).(*Statements)
	if !ok {
		return
	}
	n.All.Add(1)
	if tx, inside := txOf(d); inside && !tx.maintains {
		n.InWrite.Add(1)
	}
}
