package contract

import (
	"context"
	"strconv"
	"strings"

	"xiaobao/internal/fault"
)

// further adds what the feature finds in a value whose schema found faults. What lies at, above or below a fault that is known is not told again.
func (o *Operation) further(ctx context.Context, value any, items []fault.Item) []fault.Item {
	if o.Further == nil || len(items) == 0 {
		return items
	}
	for _, item := range items {
		prune(value, strings.Split(strings.TrimPrefix(item.Pointer, "#"), "/")[1:])
	}
	known := len(items)
	for _, more := range o.Further(ctx, value) {
		if !near(more.Pointer, items[:known]) {
			items = append(items, more)
		}
	}
	return items
}

func near(pointer string, items []fault.Item) bool {
	for _, item := range items {
		if item.Pointer == pointer || item.Pointer != "#" && (strings.HasPrefix(item.Pointer, pointer+"/") || strings.HasPrefix(pointer, item.Pointer+"/")) {
			return true
		}
	}
	return false
}

// prune takes the member at a pointer out of its object; a faulty item takes its whole list along.
func prune(value any, tokens []string) {
	object, ok := value.(map[string]any)
	if !ok || len(tokens) == 0 {
		return
	}
	name := unescape(tokens[0])
	if _, list := object[name].([]any); len(tokens) == 1 || list && isIndex(tokens[1]) {
		delete(object, name)
		return
	}
	prune(object[name], tokens[1:])
}

func isIndex(token string) bool {
	_, err := strconv.Atoi(token)
	return err == nil
}
