// Package complaint is the life of a complaint (投诉处理): receipt and registration, acceptance 受理, investigation 调查, feedback 反馈, and the
// notice of the decision that closes it.
//
// It guarantees that a complaint is never refused for a wrong identity number, that the moment of receipt and not of registration starts its
// clocks, that a partner's reference is one complaint for ever, that card security codes and passwords are struck out before anything is stored, that
// every open stage has a department and a deadline, and that whoever is named in a complaint sees nothing of it. The rule sets say how
// long things may take (config/rulesets); workflow.go says what may follow what.
//
// It serves the complaint orders of CBIRC (2020 No. 3) and PBOC (2020 No. 5), as handbook §1 and §3.1 give them.
package complaint
