// What the owner of a channel asks of the node that would own it next: to pull its encoder too, for a few seconds.

export interface SecondLease {
  channelId: string;
  /** The encoder's stream at nginx-rtmp. */
  publicName: string;
  /** Id of that nginx-rtmp. */
  ingest: string;
  /** Secret that nginx-rtmp's on_play hook asks for. */
  token: string;
}

/** Between two leases. */
export const LEASE_EVERY_MS = 1_000;
