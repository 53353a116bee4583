import { createSocket } from "node:dgram";
import { openBrowser } from "#ops/tests/support/browser.ts";
import { makeLiveClip, startMadeUpLive } from "#ops/tests/support/made-up-live.ts";
import { startRelay } from "#ops/tests/support/relay.ts";
import { startWhepSite, watchWhep, whepStats } from "#ops/tests/support/whep-page.ts";

const CH = "01890000-0000-7000-8000-000000000001";
const clip = await makeLiveClip({ size: "320x180", kbps: 300 });
const live = startMadeUpLive({ source: clip });
const relay = await startRelay({ edges: [live.url] });
let closedAt = 0;
const seen: string[] = [];
const front = createSocket("udp4"),
  back = createSocket("udp4");
let client: any;
front.on("message", (m, r) => {
  client = r;
  if (closedAt) seen.push(`C${m[0]}@${(performance.now() - closedAt).toFixed(0)}`);
  back.send(m, relay.udpPort, "127.0.0.1");
});
back.on("message", (m) => {
  if (closedAt || (m[0]! >= 20 && m[0]! < 64))
    seen.push(`S${m[0]}/${m.length}@${(performance.now() - closedAt).toFixed(0)}`);
  client && front.send(m, client.port, client.address);
});
await new Promise<void>((r) => front.bind(0, "127.0.0.1", r));
await new Promise<void>((r) => back.bind(0, "127.0.0.1", r));
const site = startWhepSite({
  relay,
  channelId: CH,
  changed: (a) => a.replaceAll(` ${relay.udpPort} `, ` ${front.address().port} `),
});
const browser = await openBrowser();
const page = await browser.open(site.url);
const id = await watchWhep(page);
await Bun.sleep(4000);
seen.length = 0;
const at = await page.evaluate(() => performance.now());
closedAt = performance.now();
await relay.close(id);
await Bun.sleep(25000);
console.log(seen.slice(0, 60).join(" "));
const s: any = await whepStats(page);
console.log(at, JSON.stringify(s.states.slice(-4)));
await browser.close();
site.stop();
await relay.stop();
live.stop();
process.exit(0);
