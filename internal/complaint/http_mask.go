package complaint

import "xiaobao/internal/pii"

// A view hides from one caller what she may not see of a complaint, and remembers where it did.
type view struct {
	shown  Shown
	wanted *pii.Wanted // the complainant's own values, once a text asks for them
	masked []string
}

func (s Shown) view() *view { return &view{shown: s, masked: []string{}} }

var (
	maskName    = pii.MaskName
	maskPhone   = pii.MaskPhone
	maskEmail   = pii.MaskEmail
	maskAddress = pii.MaskAddress
)

// contact is a value that the holders of consumer.contact.read see, and others masked.
func (v *view) contact(pointer, value string, mask func(string) string) *string {
	if value == "" {
		return nil
	}
	if v.shown.Clear {
		return &value
	}
	return v.hide(pointer, mask(value))
}

func (v *view) name(pointer string) *string {
	return v.contact(pointer, v.shown.ComplainantName, maskName)
}

// idNumber is masked for everybody: to show it is an act of its own.
func (v *view) idNumber() *string {
	number := v.shown.Complainant.IDNumber
	if number == "" {
		return nil
	}
	mask := pii.MaskDocument
	if v.shown.Complainant.IDType == residentID {
		mask = pii.MaskResidentID
	}
	return v.hide("/complainant/id_number", mask(number))
}

// text is a free text. Who may not see the contact sees the complainant's own values, and any phone, identity and card number, masked inside it.
func (v *view) text(pointer, text string) *string {
	if text == "" {
		return nil
	}
	if v.shown.Clear {
		return &text
	}
	if v.wanted == nil {
		wanted := pii.LookFor(v.shown.Personal()...)
		v.wanted = &wanted
	}
	hidden := v.wanted.Mask(text)
	if hidden == text {
		return &text
	}
	return v.hide(pointer, hidden)
}

// ofStaff is a text that colleagues wrote for each other, which keys are not told.
func (v *view) ofStaff(pointer, text string) *string {
	if v.shown.ForKey {
		return nil
	}
	return v.text(pointer, text)
}

func (v *view) hide(pointer, value string) *string {
	v.masked = append(v.masked, pointer)
	return &value
}
