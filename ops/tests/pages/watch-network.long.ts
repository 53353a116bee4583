// The watch page while the network or the server fails, each by a real fault: the right words within 5 s, in a box that does not move, and it
// mends itself.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { patient } from "#schema/testing-slowness.ts";
import { movementOf } from "../support/movement.ts";
import { until } from "../support/until.ts";
import { didNotMove, plays, stageOf, withoutFaults, words } from "./stage.ts";
import { BOOT_MS, STOP_MS, TEST_MS, WatchedChannel } from "./watched-channel.ts";

let channel: WatchedChannel;

beforeAll(async () => {
  channel = await WatchedChannel.boot();
}, patient(BOOT_MS));

afterAll(() => channel?.stop(), patient(STOP_MS));

test(
  "a browser that is offline, and a server that is gone, are told apart; both mend by themselves",
  async () => {
    await channel.onAir();
    const page = await channel.visitor.open(channel.url);
    await plays(page);
    await words([page], "You are offline.", () => channel.visitor.context.setOffline(true));
    await withoutFaults(page);
    await channel.visitor.context.setOffline(false);
    await until("the line to go", async () => (await stageOf(page).getByText("You are offline.").count()) === 0);
    await plays(page);
    const starts = channel.system.startsOf("edge-1");
    process.kill(channel.system.supervisorPid, "SIGSTOP"); // Else it starts the edge anew at once.
    await words([page], "We cannot reach the server. Trying again", () =>
      process.kill(channel.system.pidOf("edge-1"), "SIGKILL"),
    );
    await withoutFaults(page);
    process.kill(channel.system.supervisorPid, "SIGCONT");
    await channel.system.restarted("edge-1", starts);
    await until("the line to go", async () => (await page.getByRole("button", { name: "Try now" }).count()) === 0);
    await plays(page);
    await didNotMove(page);
    await until("it to be said", async () => {
      const { said } = await movementOf(page);
      return said.indexOf("Connected again.") !== said.lastIndexOf("Connected again.");
    });
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "a connection too slow for the chosen quality is told, with a way out",
  async () => {
    await channel.onAir();
    const page = await channel.visitor.open(channel.url);
    await plays(page);
    await page.evaluate(() => localStorage.setItem("player", JSON.stringify({ quality: "source" })));
    await page.reload();
    await plays(page);
    const session = await page.context().newCDPSession(page);
    const slow = { offline: false, latency: 60, downloadThroughput: 220_000, uploadThroughput: 100_000 };
    await session.send("Network.enable");
    await session.send("Network.emulateNetworkConditions", slow);
    const offer = stageOf(page).getByRole("button", { name: "Switch to Auto" });
    await offer.waitFor({ timeout: patient(40_000) });
    await withoutFaults(page);
    await didNotMove(page);
    await offer.click();
    await offer.waitFor({ state: "detached" });
    expect(await page.evaluate(() => JSON.parse(localStorage.getItem("player") ?? "").quality)).toBeNull();
    await page.close();
  },
  patient(TEST_MS),
);

test(
  "a page that is late says so",
  async () => {
    const late = await channel.visitor.context.newPage();
    const never = () => new Promise<void>(() => {});
    await late.route(`**/api/v1/channels/${channel.login}`, never);
    await late.route("**/live/**", never);
    await late.goto(channel.url);
    await stageOf(late)
      .getByText("Still loading. Your connection may be slow.")
      .waitFor({ timeout: patient(10_000) });
    await withoutFaults(late);
    await late.close();
  },
  patient(TEST_MS),
);
