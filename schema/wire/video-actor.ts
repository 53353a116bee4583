// Messages to a `video` actor, which sees to an upload from its first part until it can be watched.

/** Sent to `actor.video.<id>`. */
export type VideoRequest =
  /** All parts have been sent, so their sender says. Answer: CompleteAnswer, from what the object store lists. */
  | { type: "complete" }
  /** The video is being deleted, or its uploader gives up. Answer: null, once nothing of it runs any more. */
  | { type: "cancel" };

export type CompleteAnswer =
  /** It is, or was already. */
  | { type: "stored" }
  /** `missing`: numbers of parts, the first ones. */
  | { type: "incomplete"; missing: number[] }
  /** The store has forgotten the upload, or it was given up. */
  | { type: "over" }
  /** What arrived is not what was declared. */
  | { type: "refused"; detail: string };
