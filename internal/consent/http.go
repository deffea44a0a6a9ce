package consent

import (
	"context"

	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/purpose"
	"xiaobao/internal/store"
)

// HTTP serves the consents' operations of the contract.
type HTTP struct {
	service *Service
	tokens  answer.Tokens
}

// NewHTTP makes the operations.
func NewHTTP(s *Service, tokens answer.Tokens) *HTTP { return &HTTP{service: s, tokens: tokens} }

// RecordConsent records what a consumer said.
func (h *HTTP) RecordConsent(ctx context.Context, r api.RecordConsentRequestObject) (api.RecordConsentResponseObject, error) {
	b := r.Body
	d := Draft{Consumer: consumerOf(b.Phone, b.IDNumber, b.CustomerReference), Purpose: purpose.Purpose(b.Purpose), TextVersion: b.TextVersion, Decision: Decision(b.Decision),
		At: b.At, Channel: b.Channel, Evidence: answer.Value(b.EvidenceReference)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Record(ctx, d)
	}, func(ctx context.Context, id string) (api.RecordConsentResponseObject, error) {
		body, err := h.record(ctx, id)
		return api.RecordConsent201JSONResponse{Body: body, Headers: api.RecordConsent201ResponseHeaders{ETag: body.Etag}}, err
	})
}

// WithdrawConsent takes a withdrawal.
func (h *HTTP) WithdrawConsent(ctx context.Context, r api.WithdrawConsentRequestObject) (api.WithdrawConsentResponseObject, error) {
	w := Withdrawal{Channel: answer.Value(r.Body.Channel), Evidence: answer.Value(r.Body.EvidenceReference)}
	return answer.Once(ctx, func(ctx context.Context) (string, error) {
		return h.service.Withdraw(ctx, r.ConsentID, w)
	}, func(ctx context.Context, id string) (api.WithdrawConsentResponseObject, error) {
		body, err := h.record(ctx, id)
		return api.WithdrawConsent200JSONResponse{Body: body, Headers: api.WithdrawConsent200ResponseHeaders{ETag: body.Etag}}, err
	})
}

// DecideConsent answers whether a use is allowed.
func (h *HTTP) DecideConsent(ctx context.Context, r api.DecideConsentRequestObject) (api.DecideConsentResponseObject, error) {
	b := r.Body
	d, err := h.service.Decide(ctx, consumerOf(b.Phone, b.IDNumber, b.CustomerReference), purpose.Purpose(b.Purpose))
	if err != nil {
		return nil, err
	}
	return api.DecideConsent200JSONResponse{Purpose: string(d.Purpose), Allowed: d.Allowed, Basis: answer.Text(d.Basis), ConsentID: answer.Text(d.ConsentID),
		Missing: answer.Text(d.Missing), Detail: answer.Text(d.Why(answer.From(ctx).Language)), MayAskFromOn: answer.Day(d.MayAskFrom)}, nil
}

func consumerOf(phone, idNumber, reference *string) Consumer {
	return Consumer{Phone: answer.Value(phone), IDNumber: answer.Value(idNumber), CustomerReference: answer.Value(reference)}
}

func (h *HTTP) record(ctx context.Context, id string) (api.Consent, error) {
	c, err := h.service.Get(ctx, id)
	if err != nil {
		return api.Consent{}, err
	}
	return api.Consent{ID: c.ID, Etag: store.ETag(c.Version), Purpose: string(c.Purpose), Consumer: api.ConsentConsumer{Kind: c.ConsumerKind, Value: masked(c.ConsumerKind, c.Consumer)},
		Decision: string(c.Decision), TextVersion: c.TextVersion, At: c.At, Channel: c.Channel, EvidenceReference: answer.Text(c.Evidence), RecordedAt: c.RecordedAt,
		RecordedLate: c.RecordedLate, RecordedBy: api.Ref{ID: c.RecordedBy, Name: c.RecordedByName}, WithdrawnAt: c.WithdrawnAt, WithdrawalChannel: answer.Text(c.WithdrawalChannel),
		WithdrawalReference: answer.Text(c.WithdrawalEvidence), MaskedFields: []string{"/consumer/value"}}, nil
}
