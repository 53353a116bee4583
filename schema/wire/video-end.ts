// Where a video ends, for those who name a place near it.

/** A page's length of a video is rounded, and a player's a little different: a place that is this far behind the end is the end. */
export const END_SLACK_MS = 1_000;
