// Limits of a search that the edge and the pages share.

/** Characters of a query. */
export const SEARCH_LENGTH_MAX = 100;
