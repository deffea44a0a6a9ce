// Package rootcause is the loop of a root cause (溯源整改闭环): whether what was done about it has made fewer people complain of it. It joins, for a period, the
// complaints, what was found and mended, the internal policies that came into force who has read them and who was trained, and the complaints of the same causes in the next period of equal length; and says of it all whether it helped.
//
// A complaint itself knows its cause, what the consumer complained about; what has to be mended is known of the rectification alone. So a complaint is traced to a
// root cause by a rectification of that cause which grows out of it, or out of a finding that does, and a root cause has the causes of the complaints
// that were traced to it up to the end of the period. The complaints of both periods are counted by those causes, whether or not somebody traced them: else the
// next period would look better for not having been looked into.
//
// It guarantees that both periods are measured alike, that nothing is called effective without a measure that was completed, before the next period is over, or of
// fewer complaints than a minimum; and that whoever is named in a complaint counts neither it nor what mends it. It holds counts alone, keeps nothing, and takes as many
// statements for a thousand complaints as for one.
//
// It serves handbook §1.8 (source-tracing rectification), §1.12 (repeats, raw and merged) and §11 row 21.
package rootcause
