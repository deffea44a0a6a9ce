// Package assessment is the sheets on which the institution says how it does (评估与考核): of a quarter, whether it kept its standards of service; of a quarter or a
// year, what an evaluation by a dated scheme (config/schemes) gives.
//
// It guarantees that a sheet is of a period that is over and stays as it was made, with a digest of its lines: what is made later of the same period is another
// revision. Standards of the quarter that were not measured yet are measured first; too small a sample is never green, and what the platform cannot
// compute gets no points: the sheet says which share of 100 was measured. Who made a sheet does not approve it; until somebody has, the office, its
// approvers and audit alone see it, and then everybody inside who may read sheets.
//
// Its numbers count every record, whoever makes or reads them, as an issued report does; what stands behind them is found through the paths of their evidence, each under
// the reader's own rights. A finding, and what mends it, is named to who may read it.
//
// It serves handbook §7, §11 rows 45, 47 and 49, and PBOC order article 11: a scheme of counts alone is refused when it is loaded.
package assessment
