// Names of people within a sentence of ours: one that is written from right to left must not turn the rest of it round.

/** In the marks FSI and PDI of Unicode's bidirectional algorithm (UAX #9). For texts; markup is isolated by style/base.css. */
export const isolated = (name: string) => `\u2068${name}\u2069`;
