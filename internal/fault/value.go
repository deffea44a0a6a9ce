package fault

// The two whole verdicts on an input.
var (
	RequestMalformed = Declare(Reason{Kind: Malformed, Code: "request.malformed",
		Title:  Words{"The request is malformed; the program that sends it must be mended.", "请求格式有误，需修改发送请求的程序。"},
		Causes: "GET /v1/complaints?stgae=intake", Cures: "GET /v1/complaints?stage=intake"})
	RequestInvalid = Declare(Reason{Kind: Invalid, Code: "request.invalid",
		Title:  Words{"The request is readable, but some of its data is wrong.", "请求可以读取，但部分内容有误。"},
		Causes: `POST /v1/complaint-previews {"source":"own"}`, Cures: "Mend every member listed under errors and send it again."})
)

// What can be wrong with the syntax of a request: kind Malformed.
var (
	BadJSON          = malformed("request.bad_json", "The body is not well-formed JSON.", "请求体不是合法的 JSON。")
	DuplicateMember  = malformed("request.duplicate_member", "The member stands twice in its object.", "同一对象中该成员重复出现。")
	BadUTF8          = malformed("request.bad_utf8", "The text is not valid UTF-8.", "文本不是合法的 UTF-8 编码。")
	LoneSurrogate    = malformed("request.lone_surrogate", "The text holds half of a surrogate pair.", "文本含有不完整的代理对字符。")
	NUL              = malformed("request.nul", "The text holds the character NUL.", "文本含有空字符（NUL）。")
	UnknownParameter = malformed("request.unknown_parameter", "There is no such parameter.", "没有这个参数。")
	RepeatedParam    = malformed("request.repeated_parameter", "The parameter may be given once only.", "该参数只能出现一次。")
	BadQuery         = malformed("request.bad_query", "The query string cannot be read.", "查询字符串无法解析。")
	BadParameter     = malformed("request.bad_parameter", "The parameter does not have the form that the contract asks for.", "参数不符合接口约定的格式。")
	BodyMissing      = malformed("request.body_missing", "The operation needs a body.", "该操作需要请求体。")
	BodyUndeclared   = malformed("request.body_undeclared", "The operation takes no body.", "该操作不接受请求体。")
)

// What can be wrong with a value: kind Invalid.
var (
	UnknownMember = invalid("request.unknown_member", "There is no such member.", "没有这个成员。")
	Required      = invalid("value.required", "The member is required.", "该成员必填。")
	TooLong       = invalid("value.too_long", "The text is longer than {limit} characters.", "文本超过 {limit} 个字符。")
	TooShort      = invalid("value.too_short", "The text is shorter than {limit} characters.", "文本少于 {limit} 个字符。")
	ManyItems     = invalid("value.too_many", "The list holds more than {limit} items.", "列表超过 {limit} 项。")
	TooFew        = invalid("value.too_few", "The list holds fewer than {limit} items.", "列表少于 {limit} 项。")
	NotUnique     = invalid("value.not_unique", "The list holds an item twice.", "列表中有重复项。")
	TooSmall      = invalid("value.too_small", "The number is smaller than {limit}.", "数值小于 {limit}。")
	TooBig        = invalid("value.too_big", "The number is larger than {limit}.", "数值大于 {limit}。")
	WrongType     = invalid("value.wrong_type", "The value must be of type {type}.", "值的类型应为 {type}。")
	WrongFormat   = invalid("value.wrong_format", "The value does not have the form {format}.", "值不符合格式 {format}。")
	NotAllowed    = invalid("value.not_allowed", "The value is none of those allowed.", "值不在允许的范围内。")
	NotInCodeList = invalid("value.not_in_code_list", "The code does not stand in the list {list}, or is retired.", "代码不在代码表 {list} 中，或已停用。")
	WrongChecksum = invalid("value.wrong_checksum", "The checksum does not match; leave the member out, or post it as unverified.", "校验码不符；可不填该项，或按未核实提交。")
	InFuture      = invalid("value.in_future", "The time lies in the future.", "时间不能晚于现在。")
	HoldsNothing  = invalid("value.holds_nothing", "The value is nothing but blanks and signs.", "该值只有空格和符号，没有实际内容。")
	HoldsNumber   = invalid("value.holds_personal_number", "A reference never holds a telephone, identity or card number; name the evidence by the number of its file or recording.",
		"凭证编号不得含有电话号码、证件号码或银行卡号，请填写档案或录音的编号。")
	NotFoundHere = invalid("value.not_found", "There is no such record.", "没有对应的记录。")
)

func malformed(code, en, zh string) *Reason {
	return Declare(Reason{Kind: Malformed, Code: code, Title: Words{en, zh},
		Causes: "It stands under errors in a 400 answer.", Cures: "Mend the place that the pointer or name gives."})
}

func invalid(code, en, zh string) *Reason {
	return Declare(Reason{Kind: Invalid, Code: code, Title: Words{en, zh},
		Causes: "It stands under errors in a 422 answer.", Cures: "Mend the value at the pointer."})
}
