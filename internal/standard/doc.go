// Package standard is what the institution promises itself of its service (服务标准), and whether it is kept (服务质量监控): a measure from the
// catalogue, for the whole institution or a department and those below it, with a target, a window and an owner. Its life is that of every text people are
// held to (internal/edition); approval and publication are one step.
//
// It guarantees that a measurement is made of a period that is over, once for a version and a period, and stays as it was made, with what was not counted
// and why; that a sample which is too small is insufficient and never met; and that a breach opens one finding, which is open again when two whole periods
// after its closing have not been better [ours]. It refuses a standard without an owner, and a target that the measure cannot have.
//
// A measurement counts every record of its scope, whoever measures, as an issued report does; the records themselves are shown to
// the consumer-protection office and audit alone, those that they may read: in the list of a head, what is missing would tell her that she is named.
//
// It serves handbook §11 row 49, and the timeliness and pass rates of PBOC art 11. The catalogue is the code list measure.
package standard
