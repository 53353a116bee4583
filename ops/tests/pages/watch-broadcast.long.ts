// The watch page as a broadcast begins, is lost, comes back and ends, and as its owner sees it before: the right words within 5 s, in a box that
// does not move, in both themes without an accessibility fault.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { movementOf } from "../support/movement.ts";
import { asPhone } from "../support/phone.ts";
import { until } from "../support/until.ts";
import { didNotMove, plays, stageOf, withoutFaults, words } from "./stage.ts";
import { BOOT_MS, PHONE, STOP_MS, TEST_MS, WatchedChannel } from "./watched-channel.ts";

let channel: WatchedChannel;

beforeAll(async () => {
  channel = await WatchedChannel.boot();
}, patient(BOOT_MS));

afterAll(() => channel?.stop(), patient(STOP_MS));

test(
  "off air, live, lost, back, ended: each is said once, and nothing moves, in a wide window and on a phone",
  async () => {
    const wide = await channel.visitor.open(channel.url);
    const phone = await channel.visitor.context.newPage();
    await asPhone(phone, PHONE);
    await phone.goto(channel.url);
    const both = [wide, phone];
    await words(both, `${channel.login} is off air`, () => {});
    await Promise.all(both.map((page) => page.getByText("Nobody has said anything yet.").waitFor()));
    const loaded = await Promise.all(both.map(movementOf));
    await Promise.all(both.map(withoutFaults));
    await channel.publish();
    for (const page of both) await plays(page);
    await withoutFaults(wide);
    await words(both, `Waiting for ${channel.login}. The stream goes on by itself.`, async () => {
      await channel.unpublish();
      await until("the channel to be lost", async () => (await channel.phase()) === "lost", { withinMs: 20_000 });
    });
    await Promise.all(both.map(withoutFaults));
    await channel.publish();
    await channel.onAir();
    await until("the words to go", async () => (await wide.getByText("Waiting for").count()) === 0);
    for (const page of both) await plays(page);
    await words(both, /^The broadcast has ended/, () => channel.endBroadcast());
    await Promise.all(
      both.map((page) =>
        page
          .getByText(/^The broadcast has ended · \d+:\d\d$/)
          .first()
          .waitFor(),
      ),
    );
    await Promise.all(both.map(withoutFaults));
    await Promise.all(both.map((page, at) => didNotMove(page, loaded[at])));
    const { login } = channel;
    expect((await movementOf(wide)).said).toEqual([
      `${login} is off air`,
      `${login} is live`,
      `Waiting for ${login}. The stream goes on by itself.`,
      `${login} is live`,
      expect.stringMatching(/^The broadcast has ended · \d+:\d\d$/),
    ]);
    await Promise.all(both.map((page) => page.close()));
  },
  patient(TEST_MS),
);

test(
  "off air says since when, and offers to follow",
  async () => {
    await channel.unpublish();
    await until("the channel to be off air", async () => (await channel.phase()) === null, { withinMs: 20_000 });
    const page = await channel.visitor.open(channel.url);
    await stageOf(page)
      .getByText(/^Last live /)
      .waitFor();
    await stageOf(page)
      .getByRole("button", { name: `Follow ${channel.login}` })
      .waitFor();
    await didNotMove(page);
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "the owner sees a preview with a button that puts it on air; nobody else sees it",
  async () => {
    await channel.change({ autoStart: false });
    const [own, other] = [await channel.owner.open(channel.url), await channel.visitor.open(channel.url)];
    await channel.publish();
    await own.bringToFront();
    await until("the preview", () => own.getByText("Only you see this").isVisible(), { withinMs: 25_000 });
    await plays(own);
    await withoutFaults(own);
    expect(
      await stageOf(other)
        .getByRole("heading", { name: `${channel.login} is off air` })
        .count(),
    ).toBe(1);
    await own.getByRole("button", { name: "Start broadcast" }).click();
    await channel.onAir();
    await until("the band to go", async () => (await own.getByText("Only you see this").count()) === 0);
    await plays(other);
    await channel.change({ autoStart: true });
    await Promise.all([own, other].map((page) => page.close()));
  },
  patient(TEST_MS),
);
