package complaint

import (
	"xiaobao/api"
	"xiaobao/internal/answer"
	"xiaobao/internal/store"
)

func toBrief(b Brief) api.ComplaintBrief {
	return api.ComplaintBrief{ID: b.ID, Number: b.Number, Stage: string(b.Stage), Etag: store.ETag(b.Version), AllowedActions: answer.List(b.Allowed)}
}
