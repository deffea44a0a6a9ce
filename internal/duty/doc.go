// Package duty is whose duty is what (职责矩阵), and who was responsible for which unit when (负责人名单).
//
// Nothing of it is kept: the matrix is made from the policy of who may do what that was in force on a day, the duties of the code list `duty`, and the offices
// that people held on that day. Whoever has all permissions of a duty where she works holds it. The matrix names the units in which nobody holds a duty that
// the policy gives to their kind, the people whose office comes without its right, and the rights that belong to no duty.
//
// The list of responsible persons has every head of a department and every senior manager, from when to when. It is all that a regulator sees.
//
// It serves handbook §1.2 (organisation), §1.9 (the list of responsible persons and every change of it, on the regulator's demand) and §11 row 28.
package duty
