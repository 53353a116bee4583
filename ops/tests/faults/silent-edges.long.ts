// A machine with an edge goes silent: no packet comes from it, and it closes nothing. Pages behind the balancer, without TLS as on a LAN, must
// leave it by themselves. Needs Linux, root, `ip` and `iptables`. EDGE_SILENCES=4 is how often an edge is cut off.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { getChannel, makeStreamKey, register } from "#ops/tests/support/api.ts";
import { startBalancer } from "#ops/tests/support/balancer.ts";
import { openBrowser, type TestBrowser } from "#ops/tests/support/browser.ts";
import { ChatClient } from "#ops/tests/support/chat-client.ts";
import { makeNetworks, type NodeNetwork, namespacesFault } from "#ops/tests/support/namespaces.ts";
import { startPublisher } from "#ops/tests/support/publisher.ts";
import { quantile } from "#ops/tests/support/quantiles.ts";
import { bootSystem, type TestSystem } from "#ops/tests/support/system.ts";
import { TcpProxy } from "#ops/tests/support/tcp-proxy.ts";
import { until } from "#ops/tests/support/until.ts";
import { startViewing, type Viewer } from "#ops/tests/support/viewer.ts";
import { patient, SLOWNESS } from "#schema/testing-slowness.ts";
import { isWanted } from "./rows/run-row.ts";
import { skipSuite } from "./skipped-suite.ts";

const SILENCES = Number(process.env.EDGE_SILENCES ?? 4);
/** Longer than it takes to leave an edge, and shorter than any server takes to give a viewer up. */
const SILENT_MS = 10_000;
/** Who leaves two edges within half a minute waits longer for the second one. */
const BETWEEN_MS = 28_000;
const PORT = 8_080;
const LINE_EVERY_MS = 200;
/** The two ways by which a page's media come through the edges. */
const WAYS = ["low", "normal"] as const;

declare global {
  interface Window {
    /** performance.now() of each line shown. */
    __linesMs?: number[];
  }
}

const fault = namespacesFault();
const undo: (() => unknown)[] = [];
let system: TestSystem;
let network: NodeNetwork;
let browser: TestBrowser;
let login: string;
let talker: ChatClient;
const doors: number[] = [];
const pages = new Map<string, Viewer>();

beforeAll(async () => {
  if (fault) return;
  const networks = makeNetworks(1);
  undo.push(() => networks.remove());
  network = networks.nodes[0]!;
  const url = `http://${network.address}:${PORT}`;
  system = await bootSystem({
    edges: 2,
    env: { TRUSTED_PROXIES: "127.0.0.1", PUBLIC_URL: url, LADDER: "none" },
  });
  undo.push(() => system.stop());
  for (const number of [1, 2]) {
    const port = Number(new URL(system.edgeUrl(number)).port);
    const door = await TcpProxy.listen({ host: networks.ourAddress, target: () => ({ port }) });
    undo.push(() => door.close());
    doors.push(door.port);
  }
  const balancer = await startBalancer({
    ...{ port: PORT, host: network.address, prefix: network.prefix },
    edges: doors.map((port) => `${networks.ourAddress}:${port}`),
  });
  undo.push(() => balancer.stop());
  const streamer = await register(system.url);
  login = streamer.login;
  const { streamKey } = await makeStreamKey(system.url, streamer);
  const publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  undo.push(() => publisher.kill());
  await until("a live channel", async () => (await getChannel(system.url, login)).live?.phase === "live", {
    withinMs: patient(30_000),
  });
  talker = await ChatClient.join({ url: system.url, channel: login, token: streamer.accessToken });
  const talking = setInterval(() => void talker.say(`line at ${Math.round(performance.now())}`), LINE_EVERY_MS);
  undo.push(() => clearInterval(talking));
  browser = await openBrowser();
  undo.push(() => browser.close());
  await browser.context.addInitScript(() => {
    window.__linesMs = [];
    new MutationObserver((changes) => {
      const isLine = (node: Node) => node instanceof HTMLElement && node.matches(".line");
      for (const { addedNodes } of changes) if ([...addedNodes].some(isLine)) window.__linesMs!.push(performance.now());
    }).observe(document, { subtree: true, childList: true });
  });
  for (const way of WAYS) {
    const page = await browser.open(`${url}/${login}?latency=${way}`);
    pages.set(way, await startViewing(page, patient(30_000)));
  }
}, 180_000);

afterAll(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** Longest time without one of these moments, from `sinceMs` to `untilMs`. */
function longest(times: number[], sinceMs: number, untilMs: number): number {
  const within = [sinceMs, ...times.filter((ms) => ms >= sinceMs && ms <= untilMs), untilMs];
  return Math.max(...within.slice(1).map((ms, index) => ms - within[index]!));
}

const momentsOf = (page: Page) =>
  page.evaluate(() => ({
    nowMs: performance.now(),
    frames: window.__sampled?.framesMs ?? [],
    lines: window.__linesMs ?? [],
  }));

if (fault) skipSuite("silent-edges", fault);
else
  test.skipIf(!isWanted("silent-edges"))(
    `an edge falls silent ${SILENCES} times: pages leave it by themselves`,
    async () => {
      await Bun.sleep(BETWEEN_MS);
      const measured = new Map<string, number[]>();
      const note = (what: string, ms: number) => measured.set(what, [...(measured.get(what) ?? []), Math.round(ms)]);
      for (let n = 0; n < SILENCES; n++) {
        const before = new Map<string, number>();
        for (const [way, { page }] of pages) before.set(way, (await momentsOf(page)).nowMs);
        network.cut({ ourPort: doors[n % doors.length]! });
        await Bun.sleep(SILENT_MS);
        const holes: string[] = [];
        for (const [way, { page }] of pages) {
          const { nowMs, frames, lines } = await momentsOf(page);
          const [picture, chat] = [frames, lines].map((times) => longest(times, before.get(way)!, nowMs));
          note(`${way}: picture`, picture!);
          note(`${way}: lines`, chat!);
          holes.push(`${way} ${Math.round(picture!)} / ${Math.round(chat!)}`);
        }
        const lost = network.heal();
        console.log(
          `edge ${(n % doors.length) + 1} silent: picture / lines ${holes.join(", ")} ms; lost ${JSON.stringify(lost)}`,
        );
        expect(lost.out + lost.in).toBeGreaterThan(0);
        await Bun.sleep(BETWEEN_MS);
      }
      for (const [what, times] of measured)
        console.log(`${what}: p50 ${quantile(times, 0.5)}, max ${Math.max(...times)} ms`);
      for (const viewer of pages.values()) expect(await viewer.sameDocument()).toBe(true);
      const seen = await Promise.all([...pages.values()].map(({ page }) => seqsOf(page)));
      for (const seqs of seen) expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
      expect(browser.faults.filter((text) => /TypeError|ReferenceError/.test(text))).toEqual([]);
      for (const times of measured.values()) expect(Math.max(...times)).toBeLessThan(5_000 * SLOWNESS);
    },
    SILENCES * (SILENT_MS + BETWEEN_MS) + 120_000,
  );

const seqsOf = (page: Page) =>
  page
    .locator(".line[data-seq]")
    .evaluateAll((lines) => lines.map((line) => Number((line as HTMLElement).dataset.seq)));
