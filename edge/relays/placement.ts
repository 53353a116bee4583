// Which relay a new session goes to.

/** A relay, as it was seen last. */
export interface RelayLoad {
  /** Its place in RELAY_URLS, from 1 on. */
  relay: number;
  isUp: boolean;
  draining: boolean;
  sessions: number;
  /** Null: not known. */
  sessionsMax: number | null;
  /** It has viewers of the channel, and so its media. */
  servesChannel: boolean;
}

/** What the media of one more channel cost a relay, in viewers: its stream, and perhaps a rendition without B-frames. */
const CHANNEL_COST = 10;

/** The relays that may have room, the best one first. `chance` (0–1) decides between equal ones. */
export function relaysInOrder(loads: readonly RelayLoad[], chance: () => number): number[] {
  const cost = ({ sessions, servesChannel }: RelayLoad) => sessions + (servesChannel ? 0 : CHANNEL_COST);
  return loads
    .filter(({ isUp, draining, sessions, sessionsMax }) => isUp && !draining && sessions < (sessionsMax ?? Infinity))
    .map((load) => ({ relay: load.relay, cost: cost(load), chance: chance() }))
    .sort((a, b) => a.cost - b.cost || a.chance - b.chance)
    .map(({ relay }) => relay);
}
