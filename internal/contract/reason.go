package contract

import "xiaobao/internal/fault"

// What is wrong with a body before it is read. They are exported for the operations that take raw bytes and read them on
// their own.
var (
	TooLarge = fault.Declare(fault.Reason{Kind: fault.TooLarge, Code: "request.too_large",
		Title:  fault.Words{EN: "The body is too large.", ZH: "请求体过大。"},
		Detail: fault.Words{EN: "No more than {limit} bytes are read.", ZH: "请求体不得超过 {limit} 字节。"},
		Causes: "POST /v1/complaint-batches with more bytes than limits.batch_body_bytes_max of GET /v1/institution.",
		Cures:  "Send it in several requests."})
	UnsupportedMedia = fault.Declare(fault.Reason{Kind: fault.UnsupportedMedia, Code: "request.unsupported_media",
		Title:  fault.Words{EN: "The body is of a media type or encoding that the operation does not read.", ZH: "该操作不支持请求体的媒体类型或编码。"},
		Detail: fault.Words{EN: "Send {type} in UTF-8, without a content encoding.", ZH: "请以 UTF-8 编码的 {type} 发送，且不作内容压缩。"},
		Causes: "POST /v1/complaints, Content-Type: text/plain", Cures: "POST /v1/complaints, Content-Type: application/json"})
)

var (
	tooManyValues = fault.Declare(fault.Reason{Kind: fault.TooLarge, Code: "request.too_many_values",
		Title:  fault.Words{EN: "The body holds too many values.", ZH: "请求体包含的值过多。"},
		Detail: fault.Words{EN: "No more than {limit} values are read.", ZH: "请求体包含的值不得超过 {limit} 个。"},
		Causes: "A body with a list of a million numbers.", Cures: "Send it in several requests."})
	tooFewMembers = fault.Declare(fault.Reason{Kind: fault.Invalid, Code: "value.too_few_members",
		Title:  fault.Words{EN: "The object has fewer than {limit} members.", ZH: "对象的成员少于 {limit} 个。"},
		Causes: "PATCH /v1/users/{user_id} {}", Cures: `PATCH /v1/users/{user_id} {"name":"赵蕾"}`})
)
