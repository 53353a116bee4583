// Where emotes may stand in a line. Apart from emotes.ts, because each page needs it and nothing else of them.

/** Tokens of a line and the white space between them, in order; joined they are the line. */
export const tokensOf = (body: string): string[] => body.split(/(\s+)/u);
