import { openBrowser } from "#ops/tests/support/browser.ts";
import { makeLiveClip, startMadeUpLive } from "#ops/tests/support/made-up-live.ts";
import { startRelay } from "#ops/tests/support/relay.ts";
import { startWhepSite, watchWhep, whepStats } from "#ops/tests/support/whep-page.ts";

const CH = "01890000-0000-7000-8000-000000000001";
const clip = await makeLiveClip({ size: "640x360", kbps: 800 });
const live = startMadeUpLive({ source: clip });
const relay = await startRelay({ edges: [live.url] });
const site = startWhepSite({ relay, channelId: CH });
const browser = await openBrowser();
const page = await browser.open(site.url);
for (let i = 0; i < 7; i++) {
  const id = await watchWhep(page);
  await Bun.sleep(2500);
  const s: any = await whepStats(page);
  const m = Object.fromEntries(s.states.map(([k, v]: any) => [k, Math.round(v)]));
  console.log(
    "offer",
    m.offer,
    "answer",
    m.answer,
    "set",
    m.set,
    "ice",
    m["ice connected"],
    "dtls",
    m["dtls connected"],
    "first",
    Math.round(s.firstPictureMs),
    "dec",
    s.video?.framesDecoded,
    "freeze",
    s.video?.freezeCount,
    "ajb",
    ((s.audio.jitterBufferDelay / s.audio.jitterBufferEmittedCount) * 1000).toFixed(0),
    "vjb",
    ((s.video.jitterBufferDelay / s.video.jitterBufferEmittedCount) * 1000).toFixed(0),
  );
  await relay.close(id);
  await page.evaluate(() => (window as any).pc.close());
  await Bun.sleep(300);
}
await browser.close();
site.stop();
await relay.stop();
live.stop();
process.exit(0);
