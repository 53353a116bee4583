// Grapheme clusters and words by Unicode's rules (UAX #29) and dictionaries. One segmenter each: making one takes a millisecond, and the
// locale changes nothing for what is asked here.

const byGrapheme = new Intl.Segmenter("en", { granularity: "grapheme" });
const byWord = new Intl.Segmenter("en", { granularity: "word" });

export const graphemes = (text: string): string[] => Array.from(byGrapheme.segment(text), ({ segment }) => segment);

/** UTF-16 offsets at which a word or a gap begins, and the end of the text. */
export const wordEdges = (text: string): Set<number> =>
  new Set(Array.from(byWord.segment(text), ({ index }) => index)).add(text.length);
