// Package pii keeps people's data (个人信息): sealed at rest, found again by a blind index, masked on the screen, and, where
// it may not be kept at all, struck out before anything is stored.
//
// What it guarantees:
//   - A Sealed value does not print, log or marshal, and only what Seal made goes into a column. It opens at its own
//     column and row and nowhere else.
//   - The keys lie in the database, wrapped by a key that lies in a file outside it, readable by its owner alone. Neither
//     of the two opens anything without the other, and no key is ever written in the clear.
//   - Each value says under which key it is sealed, so that keys can be changed while the program runs (internal/keyring).
//   - The same value at the same column has the same index, from which nobody without the keys can tell the value: phone
//     and identity numbers are few enough to be tried one by one, so the index is keyed and never a plain hash.
//   - What Mask... and Strike return can be put through them again and stays as it is.
//
// What it refuses: a key file that others can read, a wrong key, a value that was moved or is damaged, and storing what
// was not sealed.
//
// What masking and striking cannot do: free text has no fields. MaskText and Strike find the shapes they name, in the
// writing that people use, and leave alone what has another shape: a number spelled out in words, a password that stands
// before its name ("123456 是我的密码"), a passbook's account number without a check digit.
//
// It serves the Personal Information Protection Law and JR/T 0171-2020: C2 is encrypted in storage, C3 (passwords, codes)
// is never stored (handbook 4.3). The mask patterns are project defaults [ours]: the standard's annex is informative.
package pii
