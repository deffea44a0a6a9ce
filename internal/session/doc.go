// Package session is signing in and out (登录). A session has an access token, good for an hour, and a refresh token, good for twelve
// hours and for one use; both are stored as hashes.
//
// It guarantees that an unknown user and a wrong password are answered alike and as slowly, that a name is locked for fifteen minutes after
// five failures in a row from one address, for that address, and after a hundred from anywhere, for all; at the door or from within a session, whether or not
// somebody has it, that a refresh token used twice ends its session, that an ended
// session or a move to another department counts from the next request on, that a suspension ends all sessions for good, and that a changed or reset password ends the other sessions. It refuses
// everything but a change of password to who must change it.
// The numbers are defaults of ours.
package session
