package store

import (
	"context"
	"log/slog"
	"regexp"
	"time"

	"gorm.io/gorm/logger"
)

// slowLog tells slow statements, without their values, and nothing else. What fails is returned and logged once, at the edge; an engine's own words
// would repeat the value that it refused.
type slowLog struct{ logger.Interface }

// slow is what is told of.
const slow = time.Second

func newLog() slowLog {
	return slowLog{logger.NewSlogLogger(slog.Default(), logger.Config{SlowThreshold: slow, LogLevel: logger.Warn, ParameterizedQueries: true})}
}

// LogMode keeps the wrapping.
func (l slowLog) LogMode(level logger.LogLevel) logger.Interface {
	return slowLog{l.Interface.LogMode(level)}
}

// literals are texts in a statement, as GORM writes values into it.
var literals = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"`)

// Trace is told of every statement, and by Scan with the values in it, past ParamsFilter. To write a statement out takes as long as a fast one.
func (l slowLog) Trace(ctx context.Context, begin time.Time, statement func() (sql string, rows int64), _ error) {
	if time.Since(begin) < slow {
		return
	}
	l.Interface.Trace(ctx, begin, func() (string, int64) {
		sql, rows := statement()
		return literals.ReplaceAllString(sql, "?"), rows
	}, nil)
}

// ParamsFilter takes the values out of what is logged.
func (l slowLog) ParamsFilter(_ context.Context, sql string, _ ...any) (string, []any) {
	return sql, nil
}
