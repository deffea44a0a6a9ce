package complaint

// Action is what can be done to a complaint; the words are those of the code list `action` and of the permissions.
type Action string
