// Facts about a show's encoder and FFmpeg from the system itself: the session, published names at nginx, marks in the playlist.

import { streamsOf } from "#actors/channel/ingest.ts";
import type { Session, State } from "#actors/channel/rules/state.ts";
import { descendantsOf, survivors } from "#ops/tests/support/descendants.ts";
import { until } from "#ops/tests/support/until.ts";
import { nginxName } from "#ops/up/services/nginx.ts";
import type { Scene } from "../scene.ts";
import type { Stage } from "../stage.ts";

type Played = Omit<Scene, "strike" | "over">;

export async function stateOf({ stage, show }: Pick<Played, "stage" | "show">): Promise<State> {
  const [row] = await stage.sql<{ state: State }[]>`
    SELECT state FROM actors WHERE kind = 'channel' AND key = ${show.channel.id}`;
  if (!row) throw new Error("the channel has no row");
  return row.state;
}

/** Throws while the channel is off air. */
export async function sessionOf(played: Pick<Played, "stage" | "show">): Promise<Session> {
  const state = await stateOf(played);
  if (state.phase !== "live" && state.phase !== "starting") throw new Error(`the channel is ${state.phase}`);
  return state.session;
}

export const keyOf = ({ ingest, boot, clientId }: Session) => `${ingest}/${boot.slice(0, 8)}/${clientId}`;

/** Worker processes of an nginx. */
export const workersOf = (stage: Stage, ingest: number) => descendantsOf(stage.system.pidOf(nginxName(ingest)));

/** Published names at all ingests that answer. */
async function publishedAt({ system, ingestUrls }: Stage): Promise<string[]> {
  const stats = ingestUrls.map(async (_, index) => {
    const text = await (await fetch(`${system.internalUrl(nginxName(index + 1))}/stat`)).text();
    return [...streamsOf(text)].flatMap(([name, { published }]) => (published ? [name] : []));
  });
  const settled = await Promise.allSettled(stats);
  return settled.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** Waits until one encoder is on air, one FFmpeg of one node serves it and no earlier FFmpeg is left. Resolves with a description. */
export async function oneFfmpegServes(played: Played): Promise<string> {
  const { stage, show, transcoders } = played;
  await until("the earlier FFmpeg to be gone", () => survivors(transcoders).length === 0, { withinMs: 10_000 });
  const now = () => stage.actors.flatMap((name) => show.transcodersOf(name));
  await until("exactly one FFmpeg to serve the show", () => now().length === 1, { withinMs: 10_000 });
  await until(
    "the channel's stream to be the only published one",
    async () => {
      const state = await stateOf(played);
      const published = await publishedAt(stage);
      return state.phase === "live" && published.length === 1 && published[0] === state.session.publicName;
    },
    { withinMs: 15_000 },
  );
  return "one encoder on air, one FFmpeg serves it, no earlier one is left";
}

/** The channel's current media playlist. */
export async function playlistOf({ stage, show }: Pick<Played, "stage" | "show">): Promise<string> {
  return (await fetch(`${stage.edgeUrls[0]}/live/${show.channel.login}/source.m3u8`)).text();
}

/** Sum of a metric over all nodes of a kind; labels in Prometheus' notation, `{call="publish"}`. */
export async function metricSum(stage: Stage, nodes: string[], metric: string): Promise<number> {
  const texts = await Promise.all(
    nodes.map(async (node) => (await fetch(`${stage.system.internalUrl(node)}/metrics`)).text()),
  );
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line.startsWith(metric));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
