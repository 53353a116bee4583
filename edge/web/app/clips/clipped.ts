// What a clip is made of.

export interface Clipped {
  /** Login of its channel. */
  login: string;
  /** A recording has the id of its broadcast. */
  videoId: string;
  /** Where the person is in the video; null: it is live, and the newest is wanted. */
  atMs: number | null;
}
