// Serves schema/api/blocked-addresses.ts.

import { Refusal } from "#runtime/actor/actor.ts";
import {
  type BlockedAddressView,
  blockAddress,
  listBlockedAddresses,
  unblockAddress,
} from "#schema/api/blocked-addresses.ts";
import { type AddressBlock, addBlock, readBlock, readBlocks, removeBlock } from "../gateway/blocklist/block-store.ts";
import { type Served, serve } from "../gateway/serve.ts";
import { createAudit } from "../staff/audit-log.ts";
import type { EdgeWorld } from "../world.ts";

export function blockedRoutes(world: EdgeWorld): Served[] {
  const { redis, clock } = world;
  const audit = createAudit(world);
  return [
    serve(listBlockedAddresses, async () => ({
      items: (await readBlocks(redis, clock.wallMs())).map(viewOf),
      nextCursor: null,
    })),
    serve(blockAddress, async ({ body: { block: text, durationMs, reason }, who, address }) => {
      const nowMs = clock.wallMs();
      const block = { block: readBlock(text), reason, untilMs: nowMs + durationMs, by: who.login };
      const detail = { reason, durationMs };
      await audit({ actorId: who.userId, act: "address.blocked", target: block.block, address, detail });
      await addBlock(redis, block, nowMs);
      return viewOf(block);
    }),
    serve(unblockAddress, async ({ query, who, address }) => {
      const block = readBlock(query.block);
      await audit({ actorId: who.userId, act: "address.unblocked", target: block, address, detail: {} });
      if (!(await removeBlock(redis, block))) throw new Refusal("not_found");
    }),
  ];
}

const viewOf = ({ block, reason, untilMs, by }: AddressBlock): BlockedAddressView => ({
  block,
  reason,
  until: new Date(untilMs).toISOString(),
  by,
});
