// Facts about a show's encoder and its pull from the system itself: the session, published names at nginx, marks in the playlist.

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

/** `/stat` of all ingests that answer. */
async function statsOf({ system, ingestUrls }: Stage): Promise<string[]> {
  const stats = ingestUrls.map(async (_, index) =>
    (await fetch(`${system.internalUrl(nginxName(index + 1))}/stat`)).text(),
  );
  const settled = await Promise.allSettled(stats);
  return settled.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}

/** Published names at all ingests that answer. */
const publishedAt = async (stage: Stage): Promise<string[]> =>
  (await statsOf(stage)).flatMap((text) =>
    [...streamsOf(text)].flatMap(([name, { published }]) => (published ? [name] : [])),
  );

/** How many clients pull a stream, at all ingests that answer. */
async function pullsOf(stage: Stage, publicName: string): Promise<number> {
  const stats = (await statsOf(stage)).flatMap((text) => [...text.matchAll(/<stream>([\s\S]*?)<\/stream>/g)]);
  const ours = stats.filter(([, stream = ""]) => stream.includes(`<name>${publicName}</name>`));
  const clients = ours.flatMap(([, stream = ""]) => [...stream.matchAll(/<client>([\s\S]*?)<\/client>/g)]);
  return clients.filter(([, client = ""]) => !client.includes("<publishing/>")).length;
}

/** The owner pulls, and the warm second (`actors/channel/seconds.ts`) where there is another node. */
const pullsWanted = ({ actors }: Stage) => Math.min(actors.length, 2);

/** Waits until one encoder is on air, its owner and a warm second pull it and nobody else, and no ladder of before is left. Resolves with a description. */
export async function oneOwnerServes(played: Played): Promise<string> {
  const { stage, ladders } = played;
  await until("the earlier ladder to be gone", () => survivors(ladders).length === 0, { withinMs: 10_000 });
  await until(
    "the channel's stream to be the only published one, pulled by its owner and a warm second",
    async () => {
      const state = await stateOf(played);
      if (state.phase !== "live") return false;
      const { publicName } = state.session;
      const published = await publishedAt(stage);
      const pulls = await pullsOf(stage, publicName);
      if (pulls !== pullsWanted(stage)) throw new Error(`${pulls} pulls`);
      return published.length === 1 && published[0] === publicName;
    },
    { withinMs: 30_000 },
  );
  return `one encoder on air, pulled ${pullsWanted(stage)} times`;
}

/** The current media playlist of a rendition. */
export async function playlistOf(
  { stage, show }: Pick<Played, "stage" | "show">,
  rendition = "source",
): Promise<string> {
  return (await fetch(`${stage.edgeUrls[0]}/live/${show.channel.login}/${rendition}.m3u8`)).text();
}

/** Same session and clock: the playlist must not mark a discontinuity. */
export async function isUnmarked(played: Pick<Played, "stage" | "show">): Promise<string> {
  const text = await playlistOf(played);
  if (/^#EXT-X-DISCONTINUITY$/m.test(text)) throw new Error(`a discontinuity is marked:\n${text}`);
  return "no discontinuity is marked";
}

/** Sum of a metric over all nodes of a kind; labels in Prometheus' notation, `{call="publish"}`. */
export async function metricSum(stage: Stage, nodes: string[], metric: string): Promise<number> {
  const texts = await Promise.all(
    nodes.map(async (node) => (await fetch(`${stage.system.internalUrl(node)}/metrics`)).text()),
  );
  const lines = texts.flatMap((text) => text.split("\n")).filter((line) => line.startsWith(metric));
  return lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}
