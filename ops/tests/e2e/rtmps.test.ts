// RTMPS of a whole system: what the dashboard shows is where an encoder goes live, and a wrong key is refused there.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Account, getChannel, makeStreamKey, register } from "../support/api.ts";
import { openBrowser } from "../support/browser.ts";
import { connectPublisher } from "../support/encoder/rtmp-publisher.ts";
import { startPublisher } from "../support/publisher.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let streamer: Account;

beforeAll(async () => {
  system = await bootSystem({ env: { WRONG_STREAM_KEYS_PER_MINUTE_PER_IP: "1" } });
  streamer = await register(system.url);
});
afterAll(() => system?.stop());

test("FFmpeg goes live over TLS at the address that the API and the banner name", async () => {
  const { streamKey, rtmpsUrl } = await makeStreamKey(system.url, streamer);
  expect(rtmpsUrl).toBe(system.rtmpsUrl);
  expect(system.output()).toContain(`${system.rtmpsUrl} (certificate for development)`);
  const publisher = await startPublisher({ server: rtmpsUrl!, key: streamKey });
  try {
    const live = await until("the channel to be live", async () => {
      const { live } = await getChannel(system.url, streamer.login);
      return live?.phase === "live" ? live : null;
    });
    expect((await fetch(new URL(live.hlsUrl, system.url))).status).toBe(200);
    expect(publisher.errors()).toBe("");
  } finally {
    await publisher.stop();
  }
  expect(system.logs()).not.toContain(streamKey);
});

test("the dashboard shows the address with a button that copies it", async () => {
  const browser = await openBrowser();
  try {
    const page = await browser.open(`${system.url}/dashboard/key`);
    await page.getByLabel("Name or e-mail", { exact: true }).fill(streamer.login);
    await page.getByLabel("Password", { exact: true }).fill(streamer.password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    const shown = page.getByLabel("Server with TLS", { exact: true });
    await until("the address", async () => (await shown.inputValue()) === system.rtmpsUrl);
    await page.getByRole("button", { name: "Copy the server address with TLS" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
  } finally {
    await browser.close();
  }
});

test("a wrong key is refused, and locks out only the address that guesses", async () => {
  for (const key of ["live_wrong_1", "live_wrong_2"]) {
    const publisher = await startPublisher({ server: system.rtmpsUrl, key });
    expect(await publisher.exited).not.toBe(0);
    expect(system.logs()).not.toContain(key);
  }
  const metrics = await (await fetch(`${system.internalUrl("edge-1")}/metrics`)).text();
  for (const outcome of ["bad_stream_key", "rate_limited"])
    expect(metrics).toContain(`rtmp_hooks_total{call="publish",outcome="${outcome}"} 1`);
  const { streamKey } = await makeStreamKey(system.url, streamer);
  const far = await connectPublisher({ server: system.rtmpsUrl, key: streamKey, localAddress: "127.0.0.5" });
  expect(far.open).toBe(true);
  far.close();
});
