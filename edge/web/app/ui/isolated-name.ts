// Isolates a user's text inside our sentences: a right-to-left name must not reorder the words around it.

/** Wraps the text in the characters FSI and PDI (Unicode UAX #9). For plain strings; style/base.css isolates markup. */
export const isolated = (name: string) => `\u2068${name}\u2069`;
