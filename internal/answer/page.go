package answer

import (
	"context"
	"crypto/hmac"
	"encoding/base64"
	"encoding/json"
	"strings"
	"time"

	"xiaobao/internal/actor"
	"xiaobao/internal/fault"
	"xiaobao/internal/store"
)

// The refusals of page tokens.
var (
	TokenInvalid = fault.Declare(fault.Reason{Kind: fault.Malformed, Code: "page.token_invalid",
		Title:  fault.Words{EN: "The page token is not one of ours, not yours, or older than 72 hours; begin with the first page.", ZH: "分页令牌无效、不属于您，或已超过 72 小时，请从第一页开始。"},
		Causes: "GET /v1/complaints?page_token=abc", Cures: "GET /v1/complaints"})
	TokenMismatch = fault.Declare(fault.Reason{Kind: fault.Malformed, Code: "page.token_mismatch",
		Title:  fault.Words{EN: "The page token belongs to another list, filter or order.", ZH: "分页令牌与当前的列表、筛选或排序条件不符。"},
		Causes: "A next_page_token sent with another filter.", Cures: "Send the page token alone, or with the filter that it came from."})
)

const tokenLife = 72 * time.Hour

// Tokens makes and reads page tokens. Its Sign keeps others from making them; a token grants nothing either way.
type Tokens struct {
	Sign func(text string) []byte
	Now  func() time.Time
}

// cursor is what a token says: where which list goes on, in which filter, for whom.
type cursor struct {
	List   string `json:"l"`
	After  []any  `json:"a"`
	Filter string `json:"f"`
	Who    string `json:"w"`
	Until  int64  `json:"u"`
}

// Next makes the token of the next page of the request's list, whose last row has these sort values. Instants are
// given as RFC 3339 texts.
func (t Tokens) Next(ctx context.Context, after ...any) (string, error) {
	body, err := json.Marshal(cursor{List: From(ctx).List, After: after, Filter: From(ctx).Filter, Who: actor.From(ctx).ID, Until: t.Now().Add(tokenLife).Unix()})
	if err != nil {
		return "", err
	}
	text := base64.RawURLEncoding.EncodeToString(body)
	return text + "." + t.seal(text), nil
}

// Filter returns the filter that a token belongs to.
func (t Tokens) Filter(ctx context.Context, token string) (string, error) {
	c, err := t.read(ctx, token)
	return c.Filter, err
}

// Page turns the paging parameters of a list into what the store asks for.
func (t Tokens) Page(ctx context.Context, limit *int32, token *string, total *bool) (store.Page, error) {
	p := store.Page{Limit: 50, Total: total != nil && *total}
	if limit != nil {
		p.Limit = int(*limit)
	}
	if token == nil {
		return p, nil
	}
	c, err := t.read(ctx, *token)
	p.After = c.After
	return p, err
}

func (t Tokens) read(ctx context.Context, token string) (cursor, error) {
	var c cursor
	text, seal, found := strings.Cut(token, ".")
	// The texts are compared, not what they decode to: several would decode to the same.
	if !found || !hmac.Equal([]byte(seal), []byte(t.seal(text))) {
		return c, TokenInvalid
	}
	body, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return c, TokenInvalid.Because(err)
	}
	if err := json.Unmarshal(body, &c); err != nil {
		return c, TokenInvalid.Because(err)
	}
	if c.Who != actor.From(ctx).ID || t.Now().Unix() > c.Until {
		return c, TokenInvalid
	}
	if c.List != From(ctx).List {
		return c, TokenMismatch
	}
	return c, nil
}

func (t Tokens) seal(text string) string {
	return base64.RawURLEncoding.EncodeToString(t.Sign(text))
}

// NextOrNone is Next for where a list goes on, and nil at its end.
func (t Tokens) NextOrNone(ctx context.Context, after []any) (*string, error) {
	if after == nil {
		return nil, nil
	}
	next, err := t.Next(ctx, after...)
	return &next, err
}

// Listed is the body of a list's answer. It converts to that of each list of the contract.
type Listed[A any] struct {
	Data          []A
	NextPageToken *string
	Total         *int64
}

// Asked are the paging parameters of a list's request.
type Asked struct {
	Limit        *int32
	PageToken    *string
	IncludeTotal *bool
}

// Page answers a list: it reads the part that was asked for, and shows its rows.
func Page[R, A any](ctx context.Context, t Tokens, asked Asked, list func(context.Context, store.Page) (store.List[R], error), show func(R) A) (Listed[A], error) {
	var body Listed[A]
	p, err := t.Page(ctx, asked.Limit, asked.PageToken, asked.IncludeTotal)
	if err != nil {
		return body, err
	}
	page, err := list(ctx, p)
	if err != nil {
		return body, err
	}
	body.Data, body.Total = make([]A, len(page.Rows)), page.Total
	for i, row := range page.Rows {
		body.Data[i] = show(row)
	}
	body.NextPageToken, err = t.NextOrNone(ctx, page.After)
	return body, err
}
