// Package inventory is the list of personal information (个人信息清单): each item that the institution stores or takes through this product, where it
// stands, in which class, for what it is used and on what that rests, how it came, who receives it and how long it is kept.
//
// Where an item stands and by which properties of the contract it comes and goes is told by the program itself: a test compares the list with the
// sealed columns, the blind indexes and the contract's x-pii properties. Class, level, purpose, recipients and retention are data
// (config/inventory.yaml), each a default of ours or cited; the basis follows from the purpose. What is not known is null.
//
// It refuses a list of the institution's own that lacks an item of the product's, or names one that is none.
//
// It serves handbook §4.1 (rules shown in list form), §4.2 and §4.3 (classes and levels).
package inventory
