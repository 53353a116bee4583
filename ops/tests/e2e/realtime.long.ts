// Live media by WebRTC in a real browser: it takes over from the WebSocket's picture, comes back after a loss, and falls back with the reason.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page, Route } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

const WHEP = /\/whep(?:\?|$)/;

let system: TestSystem;
let browser: TestBrowser;
let streamer: Account;
let publisher: Publisher;
let streamKey: string;

beforeAll(async () => {
  system = await bootSystem({ relays: 1, env: { LADDER: "none" } });
  browser = await openBrowser();
  streamer = await register(system.url);
  ({ streamKey } = await makeStreamKey(system.url, streamer));
  publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
  await isPhase("live");
}, patient(90_000));

afterAll(async () => {
  await publisher?.kill();
  await browser?.close();
  await system?.stop();
});

const isPhase = (phase: string) =>
  until(
    `a channel that is ${phase}`,
    async () => (await getChannel(system.url, streamer.login)).live?.phase === phase,
    {
      withinMs: 40_000,
    },
  );
const url = (query = "?latency=realtime") => `${system.url}/${streamer.login}${query}`;
const latencyOf = (page: Page) => page.locator("[data-latency]").getAttribute("data-latency");
const plays = (page: Page, latency: string, withinMs = 20_000) =>
  until(`${latency} to play`, async () => (await latencyOf(page)) === latency, { withinMs });
const sessions = async () => {
  const { sessions } = (await (await fetch(`${system.internalUrl("relay-1")}/sessions`)).json()) as {
    sessions: { kind: string; connected: boolean }[];
  };
  return sessions.filter(({ kind }) => kind === "whep");
};
const framesOf = (page: Page) =>
  page.evaluate(() => window.__player?.video.getVideoPlaybackQuality().totalVideoFrames ?? 0);

/** The picture moves. */
async function moves(page: Page) {
  const before = await framesOf(page);
  await until("the picture to move", async () => (await framesOf(page)) > before + 10, { withinMs: 15_000 });
}
/** With answers to offers from `answer`. Closes the page. */
async function watching(run: (page: Page) => Promise<void>, answer?: (route: Route) => Promise<void>) {
  const page = await browser.context.newPage();
  try {
    if (answer)
      await page.route(WHEP, (route) => (route.request().method() === "POST" ? answer(route) : route.continue()));
    await page.goto(url());
    await run(page);
  } finally {
    await page.close();
  }
}
const refuse =
  (status: number, headers: Record<string, string> = {}) =>
  (route: Route) =>
    route.fulfill({ status, headers, json: { status, code: "test" } });

test(
  "it plays by WebRTC with sound, behind a picture by WebSocket, and its session ends with the page",
  async () => {
    const page = await browser.context.newPage();
    const modes: string[] = [];
    await page.exposeFunction("noteMode", (mode: string) => modes.push(mode));
    await page.addInitScript(() => {
      let last = "";
      setInterval(() => {
        const mode = document.querySelector("[data-latency]")?.getAttribute("data-latency") ?? "";
        if (mode === last) return;
        last = mode;
        (window as unknown as { noteMode(mode: string): void }).noteMode(mode);
      }, 20);
    });
    await page.goto(url());
    await plays(page, "realtime");
    await moves(page);
    const heard = () =>
      page.evaluate(() => {
        const { video } = window.__player!;
        return (video.srcObject as MediaStream | null)?.getTracks().map(({ kind, muted }) => `${kind} ${muted}`);
      });
    expect((await heard())?.sort()).toEqual(["audio false", "video false"]);
    const stats = await until("figures", () => page.evaluate(() => window.__player?.stats));
    console.log(`modes ${modes.join(" → ")}; ${JSON.stringify(stats)}`);
    expect(modes.slice(-2)).toEqual(["low", "realtime"]);
    expect(stats.behindEdgeSeconds).toBeLessThan(patient(1));
    expect(await page.locator(".latency-seconds").textContent()).toMatch(/^\d+\.\d s$/);
    expect(await sessions()).toHaveLength(1);
    await page.close();
    await until("the session to end", async () => (await sessions()).length === 0, { withinMs: 8_000 });
  },
  patient(60_000),
);

test(
  "the gear has it, shows what was measured, and the choice is kept on this device",
  async () => {
    const page = await browser.open(url(""));
    await plays(page, "low");
    const gear = () => page.getByRole("button", { name: /^Quality and latency/ }).click();
    const entry = () => page.getByRole("menuitemradio", { name: /^Real time/ });
    await page.mouse.move(600, 300);
    await gear();
    await entry().click();
    await plays(page, "realtime");
    await page.mouse.move(610, 310);
    await gear();
    await until("its figure", async () => /\d\.\d s now/.test((await entry().textContent()) ?? ""));
    expect(await page.getByText("Quality", { exact: true }).count()).toBe(0);
    await page.reload();
    await plays(page, "realtime");
    await page.evaluate(() => localStorage.removeItem("player"));
    await page.close();
  },
  patient(60_000),
);

test(
  "a relay that is killed costs a moment: the WebSocket's picture plays until real time is back",
  () =>
    watching(async (page) => {
      await plays(page, "realtime");
      await moves(page);
      const starts = system.startsOf("relay-1");
      process.kill(system.pidOf("relay-1"), "SIGKILL");
      const sinceMs = performance.now();
      await plays(page, "low");
      await moves(page);
      console.log(`a picture again, ten frames of it, after ${Math.round(performance.now() - sinceMs)} ms`);
      await system.restarted("relay-1", starts);
      await plays(page, "realtime", 30_000);
      await moves(page);
      expect(await page.locator(".player-note").count()).toBe(0);
    }),
  patient(90_000),
);

test(
  "an encoder that is away for a while is waited for, and real time goes on with it",
  () =>
    watching(async (page) => {
      await plays(page, "realtime");
      await moves(page);
      await publisher.kill();
      await isPhase("lost");
      await page
        .getByText(/^Waiting for/)
        .first()
        .waitFor();
      await Bun.sleep(8_000);
      publisher = await startPublisher({ server: system.rtmpUrl, key: streamKey });
      await isPhase("live");
      await plays(page, "realtime", 30_000);
      await moves(page);
      expect(await page.getByText(/not available/).count()).toBe(0);
    }),
  patient(120_000),
);

for (const [status, headers, words] of [
  [503, { "retry-after": "5" }, "Real time has no free place at the moment. Playing Low."],
  [501, {}, "Real time is not available here. Playing Low."],
  [406, {}, "This browser cannot play Real time. Playing Low."],
] as const)
  test(
    `an offer that is refused with ${status} leads to the WebSocket, and the viewer is told why`,
    () =>
      watching(
        async (page) => {
          await page.getByText(words).waitFor({ timeout: patient(15_000) });
          expect(await latencyOf(page)).toBe("low");
          await moves(page);
        },
        refuse(status, headers),
      ),
    patient(40_000),
  );

test(
  "a network that lets no UDP through leads to the WebSocket after 3 s, and its picture played all the time",
  () => {
    let answeredMs = 0;
    const blocked = async (route: Route) => {
      const response = await route.fetch();
      const body = (await response.text()).replace(/^(a=candidate:.* )\d+( typ host.*)$/gm, "$19$2");
      answeredMs = performance.now();
      await route.fulfill({ response, body });
    };
    return watching(async (page) => {
      await plays(page, "low");
      await page
        .getByText("Real time is not available on this network. Playing Low.")
        .waitFor({ timeout: patient(15_000) });
      console.log(`told ${Math.round(performance.now() - answeredMs)} ms after the answer`);
      expect(performance.now() - answeredMs).toBeWithin(2_500, patient(6_000));
      expect(await latencyOf(page)).toBe("low");
      await moves(page);
    }, blocked);
  },
  patient(40_000),
);

test(
  "going back and back to live: real time ends for what is over, and begins anew",
  () =>
    watching(async (page) => {
      await plays(page, "realtime");
      await moves(page);
      await page.evaluate(() => window.__player?.video.pause());
      await until("the session to end", async () => (await sessions()).length === 0, { withinMs: 25_000 });
      await page.keyboard.press("Shift+L");
      await plays(page, "realtime", 30_000);
      await moves(page);
    }),
  patient(90_000),
);
