package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // the driver
)

// Statement is parameterized SQL. An argument is text; the affinity of its column makes a number of it.
type Statement struct {
	SQL  string
	Args []string `json:",omitempty"`
}

// Entry is a committed transaction in the log of a node.
type Entry struct {
	LSN        int64  // log sequence number: 1, 2, 3…
	Epoch      int64  // of the primary that committed it
	Op         string // the operation that it was committed for
	Statements []Statement
}

// Term says who is the primary: of two, the one with the greater epoch.
type Term struct {
	Epoch   int64
	Primary string // empty: nobody is, since the supervisor is choosing
}

// store is a node's file: the tables of the schema, the log of what was committed, and the term.
type store struct {
	db     *sql.DB
	schema []string
	last   Entry // the newest, without statements
}

// internals are the tables of the package itself. lost has what was committed here, and in no later epoch.
var internals = []string{
	"CREATE TABLE IF NOT EXISTS _log(lsn INTEGER PRIMARY KEY, epoch INTEGER, op TEXT, statements TEXT)",
	"CREATE TABLE IF NOT EXISTS _lost(lsn INTEGER, epoch INTEGER, op TEXT, statements TEXT)",
	"CREATE TABLE IF NOT EXISTS _term(one INTEGER PRIMARY KEY, epoch INTEGER, primary_node TEXT)",
}

// open opens a node's file, or makes it.
func open(ctx context.Context, file string, schema []string) (*store, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=synchronous(off)&_pragma=journal_mode(memory)")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	s := &store{db: db, schema: schema}
	for _, make := range append(internals, schema...) {
		if _, err := db.ExecContext(ctx, make); err != nil {
			return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
		}
	}
	if err := s.reload(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", file, err), db.Close())
	}
	return s, nil
}

// reload reads what the newest entry is.
func (s *store) reload(ctx context.Context) error {
	s.last = Entry{}
	err := s.db.QueryRowContext(ctx, "SELECT lsn, epoch, op FROM _log ORDER BY lsn DESC LIMIT 1").
		Scan(&s.last.LSN, &s.last.Epoch, &s.last.Op)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return err
}

// commit executes an entry's statements and appends it to the log, both or neither. The entry's place is the next.
func (s *store) commit(ctx context.Context, e Entry) error {
	if e.LSN != s.last.LSN+1 {
		return fmt.Errorf("commit %d: the next is %d", e.LSN, s.last.LSN+1)
	}
	raw, err := json.Marshal(e.Statements)
	if err != nil {
		return err
	}
	err = s.all(ctx, append([]Statement{{
		SQL:  "INSERT INTO _log VALUES(?, ?, ?, ?)",
		Args: []string{fmt.Sprint(e.LSN), fmt.Sprint(e.Epoch), e.Op, string(raw)},
	}}, e.Statements...))
	if err == nil {
		e.Statements, s.last = nil, e
	}
	return err
}

// all executes statements in one transaction.
func (s *store) all(ctx context.Context, statements []Statement) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	for _, st := range statements {
		if _, err := tx.ExecContext(ctx, st.SQL, values(st.Args)...); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

func values(args []string) []any {
	all := make([]any, len(args))
	for n, a := range args {
		all[n] = a
	}
	return all
}

// query returns the rows that a statement selects, as text; NULL is empty.
func (s *store) query(ctx context.Context, st Statement) ([][]string, error) {
	rows, err := s.db.QueryContext(ctx, st.SQL, values(st.Args)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	var all [][]string
	for rows.Next() {
		row, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for n := range row {
			into[n] = &row[n]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		text := make([]string, len(row))
		for n, column := range row {
			text[n] = column.String
		}
		all = append(all, text)
	}
	return all, rows.Err()
}

// entries returns those of a table of entries after an LSN, at most most.
func (s *store) entries(ctx context.Context, table string, after int64, most int) ([]Entry, error) {
	rows, err := s.query(ctx, Statement{
		SQL:  "SELECT lsn, epoch, op, statements FROM " + table + " WHERE lsn > CAST(? AS INTEGER) ORDER BY lsn LIMIT ?",
		Args: []string{fmt.Sprint(after), fmt.Sprint(most)},
	})
	all := make([]Entry, len(rows))
	for n, r := range rows {
		e := &all[n]
		_, scan := fmt.Sscan(r[0]+" "+r[1], &e.LSN, &e.Epoch)
		e.Op = r[2]
		err = errors.Join(err, scan, json.Unmarshal([]byte(r[3]), &e.Statements))
	}
	return all, err
}

// until returns the newest LSN of an epoch or one before it.
func (s *store) until(ctx context.Context, epoch int64) (lsn int64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(lsn), 0) FROM _log WHERE epoch <= ?", epoch).Scan(&lsn)
	return lsn, err
}

// rewind takes back everything after an LSN: statements can't be undone, so the tables are made anew from the log's
// rest. What is taken back stays in _lost, for whoever wants to know.
func (s *store) rewind(ctx context.Context, to int64) error {
	kept, err := s.entries(ctx, "_log", 0, int(to))
	if err != nil {
		return err
	}
	made, err := s.query(ctx, Statement{SQL: `SELECT name FROM sqlite_master
		WHERE type = 'table' AND name NOT LIKE '\_%' ESCAPE '\' AND name NOT LIKE 'sqlite%'`})
	if err != nil {
		return err
	}
	var again []Statement
	for _, table := range made {
		again = append(again, Statement{SQL: `DROP TABLE "` + table[0] + `"`})
	}
	for _, make := range s.schema {
		again = append(again, Statement{SQL: make})
	}
	for _, e := range kept {
		again = append(again, e.Statements...)
	}
	after := []string{fmt.Sprint(to)}
	again = append(again,
		Statement{SQL: "INSERT INTO _lost SELECT * FROM _log WHERE lsn > CAST(? AS INTEGER)", Args: after},
		Statement{SQL: "DELETE FROM _log WHERE lsn > CAST(? AS INTEGER)", Args: after})
	return errors.Join(s.all(ctx, again), s.reload(ctx))
}

// term returns the term that the node knows; first is that of a new file.
func (s *store) term(ctx context.Context, first Term) (t Term, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT epoch, primary_node FROM _term").Scan(&t.Epoch, &t.Primary)
	if errors.Is(err, sql.ErrNoRows) {
		return first, s.setTerm(ctx, first)
	}
	return t, err
}

func (s *store) setTerm(ctx context.Context, t Term) error {
	_, err := s.db.ExecContext(ctx, "INSERT OR REPLACE INTO _term VALUES(1, ?, ?)", t.Epoch, t.Primary)
	return err
}
