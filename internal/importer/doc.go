// Package importer brings what was kept elsewhere into an installation, complaints (历史投诉导入) or proofs that rights notices were given (告知凭证): the rows of any CSV
// file, by a map that says which column is which member of the contract's ComplaintCreate or NoticeDeliveryCreate. It is a client like any partner's program: it knows the API and nothing behind it.
//
// It guarantees that a row is one record however often the file is sent: a complaint by its reference, the row's own number or made from its content, a proof by its
// transaction, notice and act; that a server which restarts, or asks to wait, is waited for; that each row that is refused is told with all its reasons, and
// kept in a file that can be mended and sent again; and that nothing is invented: what a row does not say is left out.
//
// It refuses a map with a fault, all of which are told at once, before anything is sent, and rows that cannot be read for sure: with
// another number of columns than the header, with bytes that are not text in the file's encoding, with a value that the map's tables lack.
package importer
