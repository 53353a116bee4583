import { openBrowser } from "#ops/tests/support/browser.ts";
import { makeLiveClip, startMadeUpLive } from "#ops/tests/support/made-up-live.ts";
import { startRelay } from "#ops/tests/support/relay.ts";
import { startUdpProxy } from "#ops/tests/support/udp-proxy.ts";
import { startWhepSite, watchWhep, whepStats } from "#ops/tests/support/whep-page.ts";

const CH = "01890000-0000-7000-8000-000000000001";
const t0 = performance.now();
const clip = await makeLiveClip({ size: "1280x720", kbps: 2500, video: process.env.V ?? "" });
console.log(
  "clip",
  clip.fragments.length,
  clip.init.length,
  (clip.fragments.reduce((s, f) => s + f.data.length, 0) * 8) / clip.durationMs,
  "kbps",
  performance.now() - t0,
);
const live = startMadeUpLive({ source: clip });
const relay = await startRelay({ edges: [live.url], env: { LOG_LEVEL: "debug" } });
const proxy = await startUdpProxy(relay.udpPort);
const loss = +(process.env.LOSS ?? 0);
const site = startWhepSite({
  relay,
  channelId: CH,
  changed: (a) => (process.env.DIRECT ? a : a.replaceAll(` ${relay.udpPort} `, ` ${proxy.port} `)),
});
const browser = await openBrowser();
const page = await browser.open(site.url);
await Bun.sleep(1300);
try {
  for (let round = 0; round < 3; round++) {
    const id = await watchWhep(page, { stereo: true });
    let pv: any, pa: any;
    for (let i = 0; i < 8; i++) {
      await Bun.sleep(i < 4 ? 500 : 1000);
      const s: any = await whepStats(page);
      const v = s.video!,
        a = s.audio!;
      if (i === 0) console.log("round", round, JSON.stringify(s.states), "first", s.firstPictureMs);
      if (pv && pa && v && a)
        console.log(
          "jb now: video",
          (
            ((v.jitterBufferDelay - pv.jitterBufferDelay) /
              (v.jitterBufferEmittedCount - pv.jitterBufferEmittedCount)) *
            1000
          ).toFixed(0),
          "audio",
          (
            ((a.jitterBufferDelay - pa.jitterBufferDelay) /
              (a.jitterBufferEmittedCount - pa.jitterBufferEmittedCount)) *
            1000
          ).toFixed(0),
          "emitted",
          a.jitterBufferEmittedCount / 48,
          "received",
          a.packetsReceived * 20,
          "dpts",
          (a?.estimatedPlayoutTimestamp ?? 0) - (v?.estimatedPlayoutTimestamp ?? 0),
          "freeze",
          v.freezeCount,
        );
      pv = v;
      pa = a;
    }
    await relay.close(id);
    const t1 = performance.now();
    await Bun.sleep(3000);
    console.log(JSON.stringify((await whepStats(page)).states.slice(-2)));
    await page.evaluate(() => (window as any).pc.close());
  }
} catch (e) {
  console.log(e);
}
console.log(
  relay
    .logs()
    .split("\n")
    .filter((l) => !l.includes('"debug"') || l.includes("session"))
    .slice(-15)
    .join("\n"),
);
console.log(browser.faults);
await browser.close();
site.stop();
proxy.stop();
console.log("exit", await relay.stop());
live.stop();
process.exit(0);
