package pii

import "xiaobao/internal/fault"

// JudgeReference refuses a reference to evidence that holds a number of a person: references are kept in the clear and stand in the audit trail, which
// forgets nothing.
func JudgeReference(pointer, reference string) []fault.Item {
	if MaskText(reference) == reference {
		return nil
	}
	return []fault.Item{fault.At(pointer, fault.HoldsNumber)}
}
