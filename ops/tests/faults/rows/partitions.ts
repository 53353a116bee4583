// Cuts in the network of the owner's node. Everything must work again within seconds after the cut ends.

import type { Cut, NodeNetwork } from "#ops/tests/support/namespaces.ts";
import { until } from "#ops/tests/support/until.ts";
import { SLOWNESS } from "#schema/testing-slowness.ts";
import type { ChannelStatus } from "#schema/wire/channel.ts";
import type { Scene } from "../scene.ts";
import { oneOwnerServes } from "../watch/ingest-facts.ts";
import type { FaultRow } from "./fault-row.ts";

/** Ports of the relays, by which cuts select the traffic of a service. */
export interface Plugs {
  network: NodeNetwork;
  nats: number;
  postgres: number;
  rtmp: number;
  /** Port of nginx' control and stat. */
  http: number;
  /** The node's internal port, from which edges fetch media. */
  origin: number;
}

const HEALED_WITHIN_MS = 5_000;
const LOOK_EVERY_MS = 50;

interface CutRow extends Pick<FaultRow, "id" | "name" | "takenOver" | "limits"> {
  ms: number;
  cuts(plugs: Plugs): Cut[];
}

/** Needs a stage whose actor nodes have a network namespace each: `plugsOf` by node name. */
export function networkRows(plugsOf: (node: string) => Plugs): FaultRow[] {
  return cutRows.map(({ ms, cuts, ...row }) => ({
    ...row,
    inject: cutOff(ms, cuts, plugsOf),
    after: oneOwnerServes,
  }));
}

const cutOff =
  (ms: number, cuts: (plugs: Plugs) => Cut[], plugsOf: (node: string) => Plugs) =>
  async (scene: Scene): Promise<string> => {
    const { owner, stage } = scene;
    const plugs = plugsOf(owner.node);
    const before = await lastWrite(scene);
    try {
      for (const cut of cuts(plugs)) plugs.network.cut(cut);
      scene.strike();
      await Bun.sleep(ms);
    } catch (error) {
      plugs.network.heal();
      throw error;
    }
    const lost = plugs.network.heal();
    scene.over();
    const overMs = performance.now();
    if (lost.out + lost.in === 0) throw new Error("nothing was lost");
    const ours = await stage.sql<{ what: string }[]>`
      SELECT what FROM durable_writes
      WHERE n > ${before} AND what = 'claim' AND writer = ${`actor ${owner.incarnation}`}`;
    if (ours.length > 0) throw new Error(`${owner.node} made ${ours.length} epochs while it was cut off`);
    const healed = await healing(scene, overMs);
    const late = healed.filter(([, tookMs]) => tookMs > HEALED_WITHIN_MS * SLOWNESS);
    const summary = healed.map(([what, tookMs]) => `${what} +${Math.round(tookMs)} ms`).join(", ");
    if (late.length > 0) throw new Error(`healed late: ${summary}`);
    return `${owner.node} cut off for ${ms} ms, ${lost.out} packets of it and ${lost.in} to it were lost, it made no epoch; then ${summary}`;
  };

/** Waits until everything works as before, and returns the times from the end of the cut. Throws when something does not recover. */
async function healing(scene: Scene, overMs: number): Promise<[what: string, tookMs: number][]> {
  const { stage, show } = scene;
  const { sql, actors } = stage;
  const patience = { withinMs: 30_000, everyMs: LOOK_EVERY_MS };
  const newest = show.player.newest?.part;
  const when = async (what: string, ask: () => unknown): Promise<[string, number]> => {
    await until(`${what}, after the cut`, async () => (await ask()) === true, patience);
    return [what, performance.now() - overMs];
  };
  return Promise.all([
    when("all nodes ready", async () => {
      const answers = await Promise.all(actors.map((name) => fetch(`${stage.system.internalUrl(name)}/readyz`)));
      return answers.every(({ ok }) => ok);
    }),
    when("all nodes seen", async () => {
      const seen = await sql<{ name: string }[]>`
        SELECT DISTINCT name FROM nodes WHERE left_at IS NULL AND seen_at > now() - interval '2 s'`;
      return actors.every((name) => seen.some((row) => row.name === name));
    }),
    when("the owner answers", async () => {
      const { epoch } = await show.owner();
      const status = await stage.caller.call<ChannelStatus>(
        "channel",
        show.channel.id,
        { type: "describe" },
        { timeoutMs: 1_000 },
      );
      return status.epoch === epoch;
    }),
    when("a line", () => show.room.firstStoredMs(overMs) !== null),
    when("a picture", () => show.player.firstMs(overMs, ({ part }) => part !== newest) !== null),
  ]);
}

async function lastWrite({ stage }: Scene) {
  const [last] = await stage.sql<{ n: number }[]>`SELECT coalesce(max(n), 0) AS n FROM durable_writes`;
  return last?.n ?? 0;
}

const cutRows: CutRow[] = [
  {
    id: "F-03d",
    name: "network: the owner cannot reach NATS",
    takenOver: true,
    ms: 20_000,
    cuts: ({ nats }) => [{ ourPort: nats }],
    limits: { takeOverMs: 13_000, pictureMs: 16_000, silentMs: 15_000 },
  },
  {
    id: "F-03e",
    name: "network: the owner cannot reach PostgreSQL",
    takenOver: true,
    ms: 20_000,
    cuts: ({ postgres }) => [{ ourPort: postgres }],
    limits: { takeOverMs: 13_000, callMs: 3_500, silentMs: 15_000 },
  },
  {
    id: "F-03f",
    name: "network: edges cannot reach the owner's media",
    takenOver: false,
    ms: 10_000,
    cuts: ({ origin }) => [{ nodePort: origin }],
    limits: { callMs: 1_000, lineMs: 3_000, silentMs: 3_000, resumePictureMs: 5_000 },
  },
  {
    id: "F-03g",
    name: "network: the owner cannot reach nginx",
    takenOver: true,
    ms: 30_000,
    cuts: ({ rtmp, http }) => [{ ourPort: rtmp }, { ourPort: http }],
    limits: { callMs: 1_000, silentMs: 8_000, takeOverMs: 12_000, pictureMs: 16_000 },
  },
  {
    id: "F-03h",
    name: "network: all that the owner sends is lost",
    takenOver: true,
    ms: 20_000,
    cuts: () => [{ ways: ["out"] }],
    limits: { takeOverMs: 13_000, pictureMs: 16_000, silentMs: 15_000 },
  },
  {
    id: "F-03i",
    name: "network: all that is sent to the owner is lost",
    takenOver: true,
    ms: 20_000,
    cuts: () => [{ ways: ["in"] }],
    limits: { takeOverMs: 13_000, pictureMs: 16_000, silentMs: 15_000 },
  },
  {
    id: "F-03j",
    name: "network: two halves, the owner alone on the side without PostgreSQL",
    takenOver: true,
    ms: 20_000,
    cuts: () => [{}],
    limits: { takeOverMs: 13_000, pictureMs: 16_000, silentMs: 15_000 },
  },
];
