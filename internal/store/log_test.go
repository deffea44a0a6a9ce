package store_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"xiaobao/internal/store"
)

// TestSlowLogHoldsNoValue guards never-and-must 19: a slow statement is told with its values struck out, also where GORM has written them into it.
func TestSlowLogHoldsNoValue(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(was)
	store.NewLog().Trace(context.Background(), time.Now().Add(-time.Minute), func() (string, int64) {
		return `SELECT * FROM t WHERE a = "王小明 ""x""" AND b = '1381''2345' AND c = 5`, 1
	}, nil)
	if text := log.String(); !strings.Contains(text, "a = ? AND b = ? AND c = 5") || strings.Contains(text, "王") || strings.Contains(text, "2345") {
		t.Errorf("the log says %s", text)
	}
}
