// Going live from the browser by WHIP: a camera and a microphone, made up by Chromium, through a relay into the same ingest as encoders.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { patient } from "#schema/testing-slowness.ts";
import { accessFaults } from "../support/accessible.ts";
import { type Account, call, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser } from "../support/browser.ts";
import { startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;

interface Health {
  phase: string;
  encoder: string | null;
  width: number | null;
  height: number | null;
  audio: string | null;
  keyframeIntervalMs: number | null;
  warnings: { code: string }[];
}

beforeAll(async () => {
  system = await bootSystem({ relays: 1, env: { LADDER: "none" } });
}, patient(60_000));
afterAll(() => system?.stop());

/** A streamer on the page, with a browser of his own. A broadcast that was ended by hand begins as a preview for a while. */
async function atTheDesk(run: (desk: Desk) => Promise<void>, { devices = true } = {}) {
  const streamer = await register(system.url);
  const browser = await openBrowser({ devices });
  try {
    const page = await browser.open(`${system.url}/dashboard/live`);
    await page.getByLabel("Name or e-mail", { exact: true }).fill(streamer.login);
    await page.getByLabel("Password", { exact: true }).fill(streamer.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("button", { name: "Use camera and microphone" }).waitFor();
    await run(new Desk(page, streamer));
  } finally {
    await browser.close();
  }
}

class Desk {
  constructor(
    readonly page: Page,
    readonly streamer: Account,
  ) {}

  async useCamera() {
    await this.page.getByRole("button", { name: "Use camera and microphone" }).click();
    await this.page.getByText("Ready. Press Go live when you are.").waitFor();
  }

  /** Resolves with the broadcast's id once it is on air. */
  async goLive(): Promise<string> {
    await this.useCamera();
    await this.page.getByRole("button", { name: "Go live", exact: true }).click();
    await this.sends();
    const live = await until("a live channel", async () => {
      const now = await this.live();
      return now?.phase === "live" ? now : null;
    });
    return live.broadcastId;
  }

  sends = () => this.page.getByText("Your picture is being sent.").waitFor({ timeout: patient(40_000) });
  live = async () => (await getChannel(system.url, this.streamer.login)).live;
  health = () =>
    call<Health>(`${system.url}/api/v1/channels/${this.streamer.login}/broadcast`, {
      token: this.streamer.accessToken,
    });
}

test(
  "camera and microphone are chosen, seen and heard before anybody else sees them",
  () =>
    atTheDesk(async (desk) => {
      const { page } = desk;
      await page.getByRole("button", { name: "Use camera and microphone" }).click();
      await page.getByText("Ready. Press Go live when you are.").waitFor();
      const width = () => page.locator(".live-picture video").evaluate((one) => (one as HTMLVideoElement).videoWidth);
      await until("one's own picture", async () => (await width()) > 0);
      expect(await page.getByLabel("Camera", { exact: true }).locator("option").count()).toBeGreaterThan(0);
      // Chromium's made-up microphone beeps once a second.
      await until("a level", async () => !(await page.locator(".level-word").textContent())?.includes("nothing"));
      expect(await accessFaults(page)).toEqual([]);
      expect(await desk.live()).toBeNull();
    }),
  patient(60_000),
);

test(
  "it is a broadcast as any other: H.264 and AAC, keyframes each 2 s, recorded, ended by its button",
  () =>
    atTheDesk(async (desk) => {
      const broadcastId = await desk.goLive();
      const seen = await until("health", async () => {
        const now = await desk.health();
        return now.keyframeIntervalMs !== null && now.audio !== null ? now : null;
      });
      expect(seen.encoder).toContain("WHIP");
      expect([seen.width, seen.height, seen.audio]).toEqual([1280, 720, "mp4a.40.2"]);
      expect(seen.keyframeIntervalMs).toBeWithin(1_000, 3_500);
      await Bun.sleep(6_000);
      expect((await desk.health()).warnings.map(({ code }) => code)).toEqual([]);
      await desk.page.getByRole("button", { name: "End broadcast…" }).click();
      await desk.page.getByRole("button", { name: "End broadcast", exact: true }).click();
      await desk.page.getByText("Your broadcast has ended.", { exact: true }).waitFor();
      await until("the end", async () => (await desk.live()) === null);
      const video = await until("the recording", async () => {
        const one = await call<{ status: string; durationMs: number }>(`${system.url}/api/v1/videos/${broadcastId}`);
        return one.status === "ready" ? one : null;
      });
      expect(video.durationMs).toBeGreaterThan(4_000);
    }),
  patient(120_000),
);

test(
  "a relay that is killed is come back from by itself, in the same broadcast",
  () =>
    atTheDesk(async (desk) => {
      const broadcastId = await desk.goLive();
      const starts = system.startsOf("relay-1");
      process.kill(system.pidOf("relay-1"), "SIGKILL");
      await desk.page
        .getByText("Viewers are asked to wait.")
        .first()
        .waitFor({ timeout: patient(20_000) });
      await system.restarted("relay-1", starts);
      await desk.sends();
      await until("it to be live again", async () => (await desk.health()).phase === "live");
      expect((await desk.live())!.broadcastId).toBe(broadcastId);
    }),
  patient(120_000),
);

test(
  "another encoder takes the place, and it is taken back by a press",
  () =>
    atTheDesk(async (desk) => {
      const broadcastId = await desk.goLive();
      const { streamKey } = await makeStreamKey(system.url, desk.streamer);
      const encoder = await startPublisher({ server: system.rtmpUrl, key: streamKey });
      try {
        await desk.page.getByRole("button", { name: "Take over" }).waitFor({ timeout: patient(30_000) });
        expect((await desk.health()).encoder).not.toContain("WHIP");
        await desk.page.getByRole("button", { name: "Take over" }).click();
        await until("the browser to be on air", async () => (await desk.health()).encoder?.includes("WHIP"));
        expect((await desk.live())!.broadcastId).toBe(broadcastId);
      } finally {
        await encoder.kill();
      }
    }),
  patient(120_000),
);

test(
  "a broadcast that is ended elsewhere is over here too",
  () =>
    atTheDesk(async (desk) => {
      await desk.goLive();
      const { login, accessToken: token } = desk.streamer;
      await call(`${system.url}/api/v1/channels/${login}/broadcast/stop`, { token, body: {} });
      await desk.page.getByText("Your broadcast has ended.", { exact: true }).waitFor({ timeout: patient(15_000) });
      expect(await desk.live()).toBeNull();
    }),
  patient(90_000),
);

test(
  "who goes to another page while live is asked first; the picture ends with the page",
  () =>
    atTheDesk(async (desk) => {
      const { page } = desk;
      await desk.goLive();
      await page.getByRole("link", { name: "Broadcasts", exact: true }).click();
      await page.getByRole("heading", { name: "You are live from this page" }).waitFor();
      await page.getByRole("button", { name: "Stay here" }).click();
      await desk.sends();
      await page.getByRole("link", { name: "Broadcasts", exact: true }).click();
      await page.getByRole("button", { name: "Leave", exact: true }).click();
      await until("the channel to wait", async () => (await desk.live())?.phase === "lost");
    }),
  patient(90_000),
);

test(
  "a browser without a camera, and a server without a relay, are told in words",
  async () => {
    await atTheDesk(
      async ({ page }) => {
        await page.getByRole("button", { name: "Use camera and microphone" }).click();
        await page
          .getByRole("alert")
          .getByText(/does not let this page use it|No such device/)
          .waitFor();
      },
      { devices: false },
    );
    await atTheDesk(async (desk) => {
      const off = { status: 409, code: "whip_off", title: "off" };
      await desk.page.route("**/publish-tickets", (route) => route.fulfill({ status: 409, json: off }));
      await desk.useCamera();
      await desk.page.getByRole("button", { name: "Go live", exact: true }).click();
      await desk.page.getByRole("alert").getByText("This server takes no broadcasts from browsers").waitFor();
    });
  },
  patient(90_000),
);
