// Which channels the home page shows, and where. It stays while the page is looked at: counts change in place, order does not.

import type { ChannelView } from "#schema/api/channels.ts";

/** Ids of channels; none is in two places. */
export interface Arrangement {
  /** The stage; null: nobody is live. */
  stage: string | null;
  /** Live channels that the user follows, without the one on the stage. */
  followed: readonly string[];
  /** The other live channels. */
  others: readonly string[];
}

const viewersOf = ({ live }: ChannelView) => live?.viewers ?? 0;

/** `live`: most watched first. `followed`: those of them that the user follows, and followed ones that the list does not have. */
export function arrange(live: readonly ChannelView[], followed: readonly ChannelView[]): Arrangement {
  const mine = [...followed].sort((a, b) => viewersOf(b) - viewersOf(a)).map(({ id }) => id);
  const isMine = new Set(mine);
  const others = live.map(({ id }) => id).filter((id) => !isMine.has(id));
  const stage = mine[0] ?? others[0] ?? null;
  return { stage, followed: mine.filter((id) => id !== stage), others: others.filter((id) => id !== stage) };
}

/** All channels of an arrangement, the stage first. */
export const idsOf = ({ stage, followed, others }: Arrangement): string[] => [
  ...(stage === null ? [] : [stage]),
  ...followed,
  ...others,
];

/** The next channel for the stage: after the last one comes the first. */
export function afterOnStage(arrangement: Arrangement, shown: string): string {
  const ids = idsOf(arrangement);
  return ids[(ids.indexOf(shown) + 1) % ids.length] ?? shown;
}
