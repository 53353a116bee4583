// The watch page for those who may not watch, and of channels that are gone or never were: who may, in the same box, without an accessibility
// fault in both themes.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { call } from "../support/api.ts";
import { asPhone } from "../support/phone.ts";
import { didNotMove, plays, stageOf, WORDS_WITHIN_MS, withoutFaults } from "./stage.ts";
import { BOOT_MS, PHONE, STOP_MS, TEST_MS, WatchedChannel } from "./watched-channel.ts";

let channel: WatchedChannel;

beforeAll(async () => {
  channel = await WatchedChannel.boot();
}, patient(BOOT_MS));

afterAll(() => channel?.stop(), patient(STOP_MS));

test(
  "who may not watch is told who may, in the same box",
  async () => {
    await channel.onAir();
    const page = await channel.visitor.context.newPage();
    await asPhone(page, PHONE);
    await page.goto(channel.url);
    await plays(page);
    await channel.change({ visibility: "password", playbackPassword: "four words" });
    await stageOf(page).getByText(`${channel.login} asks for a password`).first().waitFor();
    await withoutFaults(page);
    await didNotMove(page);
    await channel.change({ visibility: "followers" });
    await page.reload();
    await stageOf(page).getByText(`Only followers of ${channel.login} can watch`).first().waitFor();
    await withoutFaults(page);
    await didNotMove(page);
    await channel.change({ visibility: "public" });
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "a channel that staff suspends while it is watched is gone for viewers; its owner reads why",
  async () => {
    await channel.onAir();
    const page = await channel.visitor.open(channel.url);
    await plays(page);
    await call(`${channel.system.url}/api/v1/admin/channels/${channel.login}/suspension`, {
      token: channel.admin.accessToken,
      body: { reason: "an experiment" },
    });
    const gone = page.getByRole("heading", { name: `The channel “${channel.login}” is not available any more.` });
    await gone.waitFor({ timeout: patient(WORDS_WITHIN_MS) });
    await withoutFaults(page);
    const own = await channel.owner.open(channel.url);
    await stageOf(own)
      .getByRole("heading", { name: `The channel of ${channel.login} is suspended` })
      .waitFor();
    await stageOf(own).getByText("Reason: an experiment").waitFor();
    await withoutFaults(own);
    await Promise.all([page, own].map((each) => each.close()));
  },
  patient(TEST_MS),
);

test(
  "a name that nobody has is a 404 page with the search filled in",
  async () => {
    const missing = await channel.visitor.context.newPage();
    expect((await missing.goto(`${channel.system.url}/nosuchone`))?.status()).toBe(404);
    await missing.getByRole("heading", { name: "There is no channel “nosuchone”." }).waitFor();
    expect(await missing.getByRole("main").getByRole("searchbox").inputValue()).toBe("nosuchone");
    await withoutFaults(missing);
    await missing.close();
  },
  patient(TEST_MS),
);
