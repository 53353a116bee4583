// A channel of a complete system, for tests that take its watch page through states: its streamer, its encoder, and browsers that look.

import { expect } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { type Account, call, getChannel, makeStreamKey, register, signIn } from "../support/api.ts";
import { openBrowser, type TestBrowser } from "../support/browser.ts";
import { noteMovement } from "../support/movement.ts";
import { type Publisher, startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

/** Time limits of a test and of booting and stopping, on a fast machine. */
export const TEST_MS = 120_000;
export const BOOT_MS = 90_000;
export const STOP_MS = 30_000;
export const PHONE = { width: 390, height: 844 };

export class WatchedChannel {
  private publisher: Publisher | null = null;

  private constructor(
    readonly system: TestSystem,
    /** A browser of nobody in particular, and the streamer's. */
    readonly visitor: TestBrowser,
    readonly owner: TestBrowser,
    readonly streamer: Account,
    readonly admin: Account,
  ) {}

  static async boot(): Promise<WatchedChannel> {
    const system = await bootSystem({ env: { LADDER: "none" } });
    const [visitor, owner] = await Promise.all([openBrowser({ width: 1440, height: 900 }), openBrowser()]);
    for (const { context } of [visitor, owner]) context.setDefaultTimeout(patient(20_000));
    await noteMovement(visitor.context);
    const [admin, streamer] = [await register(system.url), await register(system.url)];
    const words = ["ops/operator/main.ts", "grant", admin.login, "admin", "--data", system.data];
    const grant = Bun.spawnSync([process.execPath, ...words]);
    expect(grant.exitCode, grant.stderr.toString()).toBe(0);
    await signInHere(owner, system.url, streamer);
    return new WatchedChannel(system, visitor, owner, streamer, await signIn(system.url, admin));
  }

  get login() {
    return this.streamer.login;
  }

  get url() {
    return `${this.system.url}/${this.login}`;
  }

  /** Of the API. */
  get resource() {
    return `${this.system.url}/api/v1/channels/${this.login}`;
  }

  change(body: object) {
    return call(this.resource, { method: "PATCH", token: this.streamer.accessToken, body });
  }

  endBroadcast() {
    return call(`${this.resource}/broadcast/stop`, { token: this.streamer.accessToken, body: {} });
  }

  async phase() {
    return (await getChannel(this.system.url, this.login)).live?.phase ?? null;
  }

  /** An encoder connects, in the place of the one before. */
  async publish() {
    await this.publisher?.kill();
    const { streamKey } = await makeStreamKey(this.system.url, this.streamer);
    this.publisher = await startPublisher({ server: this.system.rtmpUrl, key: streamKey });
  }

  async unpublish() {
    await this.publisher?.kill();
  }

  async onAir() {
    if (!this.publisher) await this.publish();
    await until("the stream to be live", async () => (await this.phase()) === "live", { withinMs: 20_000 });
  }

  async stop() {
    await this.publisher?.kill();
    await Promise.all([this.visitor, this.owner].map((browser) => browser.close()));
    await this.system.stop();
  }
}

/** The refresh cookie is the browser's session. */
async function signInHere(browser: TestBrowser, url: string, { login, password }: Account) {
  const page = await browser.open(url);
  const body = { login, password };
  await page.evaluate(async (body) => {
    const headers = { "content-type": "application/json" };
    await fetch("/api/v1/auth/login", { method: "POST", headers, body: JSON.stringify(body) });
  }, body);
  await page.close();
}
