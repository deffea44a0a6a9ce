package main

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync/atomic"
)

// template holds the rows that one intake wrote, to be written again under other keys: what the database alone can do with the same work.
type template struct {
	id     string
	tables []table
	serial atomic.Int64
}

type table struct {
	name    string
	columns []string
	rows    [][]any
}

// keys are the columns whose values name a row, or a row that it belongs to; each copy gets its own.
var keys = map[string]bool{"id": true, "complaint_id": true, "subject_id": true, "clock_id": true, "object_id": true, "resource_id": true, "number": true,
	"external_reference": true, "request_key": true}

// newTemplate reads what the intake of a complaint wrote.
func newTemplate(ctx context.Context, db *sql.DB, complaintID string) (*template, error) {
	t := &template{id: complaintID}
	for _, q := range []struct{ name, where string }{
		{"complaint", "id = ?"}, {"complaint_matter", "complaint_id = ?"}, {"complaint_stage", "complaint_id = ?"}, {"clock", "subject_id = ?"},
		{"clock_entry", "clock_id IN (SELECT id FROM clock WHERE subject_id = ?)"}, {"audit_entry", "object_id = ?"}, {"idempotency", "resource_id = ?"},
	} {
		one, err := readTable(ctx, db, q.name, q.where, complaintID)
		if err != nil {
			return nil, err
		}
		if len(one.rows) == 0 {
			return nil, fmt.Errorf("an intake left nothing in %s", q.name)
		}
		t.tables = append(t.tables, one)
	}
	return t, nil
}

func readTable(ctx context.Context, db *sql.DB, name, where, id string) (table, error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+name+" WHERE "+where, id)
	if err != nil {
		return table{}, err
	}
	defer rows.Close()
	t := table{name: name}
	t.columns, err = rows.Columns()
	if err != nil {
		return table{}, err
	}
	for rows.Next() {
		values := make([]any, len(t.columns))
		pointers := make([]any, len(values))
		for i := range values {
			pointers[i] = &values[i]
		}
		if err := rows.Scan(pointers...); err != nil {
			return table{}, err
		}
		t.rows = append(t.rows, values)
	}
	return t, rows.Err()
}

// insert writes n copies in one transaction, each table's rows in one statement.
func (t *template) insert(ctx context.Context, db *sql.DB, n int) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() //nolint: after a commit there is nothing to roll back
	first := t.serial.Add(int64(n)) - int64(n)
	for _, one := range t.tables {
		statement, values := one.copies(first, n)
		if _, err := tx.ExecContext(ctx, statement, values...); err != nil {
			return fmt.Errorf("%s: %w", one.name, err)
		}
	}
	return tx.Commit()
}

func (t table) copies(first int64, n int) (string, []any) {
	tuple := "(" + strings.TrimSuffix(strings.Repeat("?,", len(t.columns)), ",") + ")"
	tuples := strings.TrimSuffix(strings.Repeat(tuple+",", len(t.rows)*n), ",")
	values := make([]any, 0, len(t.rows)*n*len(t.columns))
	for i := range n {
		for _, row := range t.rows {
			for c, value := range row {
				if text, ok := value.([]byte); ok && keys[t.columns[c]] && len(text) > 0 {
					value = fmt.Sprintf("%s~%d", text[:min(len(text), 40)], first+int64(i)) // the tilde, lest it is one that the server gives later
				}
				values = append(values, value)
			}
		}
	}
	return "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ",") + ") VALUES " + tuples, values
}

// fill puts many copies into the database, for the reads.
func (t *template) fill(ctx context.Context, db *sql.DB, n int) error {
	for left := n; left > 0; left -= 200 {
		if err := t.insert(ctx, db, min(200, left)); err != nil {
			return err
		}
	}
	_, err := db.ExecContext(ctx, "ANALYZE TABLE complaint, complaint_matter")
	return err
}

// read is what the database has to answer when one complaint is shown.
func (t *template) read(ctx context.Context, db *sql.DB) error {
	for _, statement := range []string{"SELECT * FROM complaint WHERE id = ?", "SELECT * FROM complaint_matter WHERE complaint_id = ?"} {
		if err := drain(ctx, db, statement, t.id); err != nil {
			return err
		}
	}
	return drain(ctx, db, "SELECT d.id, d.name FROM department d JOIN complaint c ON c.department_id = d.id WHERE c.id = ?", t.id)
}

// list is what the database has to answer when a partner's newest fifty are shown.
func (t *template) list(ctx context.Context, db *sql.DB) error {
	return drain(ctx, db, "SELECT * FROM complaint WHERE client_id = (SELECT client_id FROM complaint WHERE id = ?) ORDER BY received_at DESC, id DESC LIMIT 51", t.id)
}

func drain(ctx context.Context, db *sql.DB, statement string, args ...any) error {
	rows, err := db.QueryContext(ctx, statement, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values := make([]sql.RawBytes, len(columns))
	pointers := make([]any, len(values))
	for i := range values {
		pointers[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(pointers...); err != nil {
			return err
		}
	}
	return rows.Err()
}
