// Package training is the training of staff in consumer protection, and what it entitles them to (培训教育).
//
// A course says what competence it gives, for how long, by which exam, and for which of the three groups of the law it is meant. A session of it is
// recorded once it was held, with who attended and how they scored; whoever passed gets a certificate. Coverage tells, for a year, who of each
// group had special training. A stage of a complaint may ask for a competence (config/requirements/competence.yaml): Competent tells the features
// above who has it on a day.
//
// It guarantees that nobody is certified without the exam that the course asks for, or by recording it herself; that what was recorded long after it
// was held is marked; and that whoever is told that a certificate is missing is told since when. A missing certificate decides who handles a complaint
// and nothing else: no receipt and no statutory clock waits for it, and an override is kept and counted.
//
// It serves handbook §2 (内部培训, article 17), §3.1 (article 10: at least once a year) and §11 row 43.
package training
