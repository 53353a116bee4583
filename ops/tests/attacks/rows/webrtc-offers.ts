// Attacks by offers of WebRTC: A-23. And guesses of stream keys at that door: A-08.

import { createSocket } from "node:dgram";
import { newStreamKey } from "#edge/channels/stream-key.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { audio, h264, offerOf, section, video } from "#transcoding/relay/sdp/testing.ts";
import { startPublisher } from "../../support/publisher.ts";
import { until } from "../../support/until.ts";
import { type Attack, mustHold } from "../attack.ts";
import { formatLatency, startPeak, startRequests } from "../latency.ts";
import type { Stage } from "../stage.ts";
import type { Tally } from "../tally.ts";

const SDP = { "content-type": "application/sdp" };
const OFFER = offerOf([video(), audio()]);
const PUBLISHING = offerOf([video({ direction: "sendonly" }), audio({ direction: "sendonly" })]);
/** Of one address in the flood, and of many. */
const FLOOD = 10_000;
const FLOOD_MS = 60_000;
const AT_ONCE = 40;

export const offerAttacks: Attack[] = [
  {
    id: "A-23",
    name: "hostile offers are refused at once, whatever they hold, and an ordinary viewer is served afterwards",
    atLeast: 40,
    async run(stage, tally) {
      const { anna } = stage;
      return onAir(stage, async () => {
        const faults: string[] = [];
        for (const [name, body] of Object.entries(hostileOffers())) {
          const startMs = performance.now();
          const { status, text } = await offer(stage, tally, { body });
          const tookMs = performance.now() - startMs;
          if (![400, 406, 413, 415, 422].includes(status)) faults.push(`${name} → ${status}`);
          if (tookMs > 1_500) faults.push(`${name}: ${Math.round(tookMs)} ms`);
          if (/^v=0/.test(text) || /\.ts:\d+/.test(text)) faults.push(`${name}: ${text.slice(0, 80)}`);
          const after = await offer(stage, tally, { body: OFFER });
          if (after.status !== 201) faults.push(`a viewer after ${name} → ${after.status}`);
          await stage.ask(tally, after.headers.get("location") ?? "/", { method: "DELETE" });
        }
        const whip = await stage.ask(tally, "/ingest/whip", {
          ...{ rawBody: "v=0\r\n".repeat(200_000), headers: SDP, token: anna.streamKey },
        });
        if (whip.status !== 413) faults.push(`a megabyte to publish → ${whip.status}`);
        mustHold(faults);
        return `${Object.keys(hostileOffers()).length} hostile offers`;
      });
    },
  },
  {
    id: "A-23",
    name: "no candidate of an offer makes the server send anything, and no answer names it",
    atLeast: 3,
    async run(stage, tally) {
      const { canary } = stage;
      return onAir(stage, async () => {
        const sinks = await Promise.all(["127.0.0.1", "0.0.0.0"].map(startSink));
        const before = canary.hits();
        try {
          const inner = [...sinks.map(({ port }) => port), canary.port].flatMap((port) => [
            `a=candidate:1 1 udp 2122260223 127.0.0.1 ${port} typ host`,
            `a=candidate:2 1 udp 2122260223 localhost ${port} typ host`,
            `a=candidate:3 1 tcp 1518280447 127.0.0.1 ${port} typ host tcptype passive`,
            `a=candidate:4 1 udp 1686052607 127.0.0.1 ${port} typ srflx raddr 127.0.0.1 rport ${port}`,
            `a=candidate:5 1 udp 2122260223 169.254.169.254 80 typ host`,
            `a=remote-candidates:1 127.0.0.1 ${port}`,
            `a=rtcp:${port} IN IP4 127.0.0.1`,
          ]);
          const body = offerOf([video({ lines: [...h264(102, "42e01f"), ...inner] }), audio()]);
          const faults: string[] = [];
          const opened = await offer(stage, tally, { body });
          if (opened.status !== 201) faults.push(`the offer → ${opened.status}`);
          const session = opened.headers.get("location") ?? "/";
          for (const port of [...sinks.map(({ port }) => port), canary.port])
            if (opened.text.includes(` ${port} `)) faults.push(`the answer names port ${port}`);
          if (/localhost|169\.254/.test(opened.text)) faults.push("the answer names an inner address");
          const patched = await stage.ask(tally, session, {
            method: "PATCH",
            rawBody: `${inner.filter((line) => line.startsWith("a=candidate")).join("\r\n")}\r\n`,
            headers: {
              "content-type": "application/trickle-ice-sdpfrag",
              "if-match": opened.headers.get("etag") ?? "",
            },
          });
          if (patched.status !== 204) faults.push(`a patch with them → ${patched.status}`);
          await Bun.sleep(1_500);
          for (const { packets, port } of sinks) if (packets() > 0) faults.push(`${packets()} packets to port ${port}`);
          if (canary.hits() > before) faults.push(`${canary.hits() - before} connections to the canary`);
          await stage.ask(tally, session, { method: "DELETE" });
          // The control: a sink hears what is sent.
          await sinks[0]!.hearsUs();
          mustHold(faults);
          return undefined;
        } finally {
          for (const sink of sinks) sink.stop();
        }
      });
    },
  },
  {
    id: "A-23",
    name: "nobody ends or changes the session of somebody else, and made-up sessions reach no relay",
    atLeast: 20,
    async run(stage, tally) {
      const { ask, anna, mallory, relay } = stage;
      const faults: string[] = [];
      const key = { token: anna.streamKey };
      const opened = await ask(tally, "/ingest/whip", { rawBody: PUBLISHING, headers: SDP, ...key });
      if (opened.status !== 201) throw new Error(`anna cannot publish: ${opened.status}`);
      stage.secrets.keep("publish ticket", relay.last.publish!.name);
      const session = opened.headers.get("location")!;
      const [number, id, mac] = session.split("/").at(-1)!.split(".") as [string, string, string];
      const before = relay.calls.filter((call) => !call.startsWith("GET")).length;
      const forged = [`${number}.${id}.${"A".repeat(22)}`, `9.${id}.${mac}`, `${number}.${crypto.randomUUID()}.${mac}`];
      for (const path of [
        session,
        ...forged.map((one) => `/ingest/whip/${one}`),
        `/live/${anna.login}/whep/${number}.${id}.${mac}`,
      ])
        for (const token of [undefined, mallory.accessToken, newStreamKey(systemRandom)])
          for (const method of ["DELETE", "PATCH"]) {
            const { status } = await ask(tally, path, {
              method,
              ...(token && { token }),
              headers: { "if-match": "*" },
            });
            if (![401, 403, 404].includes(status)) faults.push(`${method} ${path.slice(0, 30)}… → ${status}`);
          }
      if (relay.calls.filter((call) => !call.startsWith("GET")).length !== before) faults.push("a relay was asked");
      const { status } = await ask(tally, session, { method: "DELETE", ...key });
      if (status !== 200) faults.push(`anna cannot end her own session: ${status}`);
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-08",
    name: "who guesses stream keys by WHIP is locked out of RTMP too, on all edges, and nobody else is",
    atLeast: 100,
    async run({ ask, system, anna }, tally) {
      const faults: string[] = [];
      const [guesser, other] = ["203.0.113.77", "203.0.113.78"];
      const guess = (index: number, token = newStreamKey(systemRandom)) =>
        ask(tally, "/ingest/whip", {
          ...{ rawBody: PUBLISHING, headers: SDP, token, from: guesser, base: system.edgeUrl(1 + (index % 2)) },
        });
      let refused = 0;
      for (let index = 0; index < 100; index++) {
        const { status } = await guess(index);
        if (status === 429) refused++;
        else if (status !== 401) faults.push(`a guess → ${status}`);
      }
      if (refused < 50) faults.push(`only ${refused} of 100 guesses were refused unread`);
      await guess(0); // Uses up a token that may just have been refilled.
      const hook = async (addr: string, clientId: number) =>
        (
          await ask(tally, `/hooks/rtmp/publish?ingest=main&boot=${crypto.randomUUID()}`, {
            rawBody: `addr=${addr}&clientid=${clientId}&name=${anna.streamKey}`,
            headers: { "content-type": "application/x-www-form-urlencoded" },
            base: system.internalUrl("edge-2"),
          })
        ).status;
      if ((await hook(guesser, 901)) !== 403) faults.push("the guesser may publish by RTMP");
      if ((await guess(0, anna.streamKey)).status !== 429) faults.push("the guesser may publish by WHIP");
      const right = await ask(tally, "/ingest/whip", {
        ...{ rawBody: PUBLISHING, headers: SDP, token: anna.streamKey, from: other },
      });
      if (right.status !== 201) faults.push(`the owner at another address → ${right.status}`);
      await ask(tally, right.headers.get("location") ?? "/", { method: "DELETE", token: anna.streamKey });
      mustHold(faults);
      return `${refused} of 100 guesses refused unread`;
    },
  },
  floodOf("one address", 1),
  floodOf("300 addresses", 300),
];

function floodOf(who: string, addresses: number): Attack {
  return {
    id: "A-23",
    name: `10 000 offers within a minute by ${who} cannot slow others down, and sessions keep their bounds`,
    slow: true,
    atLeast: FLOOD,
    run: (stage, tally) =>
      onAir(stage, async () => {
        const { system, relay, anna } = stage;
        const faults: string[] = [];
        const channel = `${system.url}/api/v1/channels/${anna.login}`;
        const others = { "x-forwarded-for": "198.51.100.9" };
        const calm = startRequests(channel, others);
        await Bun.sleep(5_000);
        const before = await calm.stop();
        const during = startRequests(channel, others);
        const peak = startPeak(() => relay.sessions.size);
        const startMs = performance.now();
        let next = 0;
        await Promise.all(
          Array.from({ length: AT_ONCE }, async () => {
            while (next < FLOOD) {
              const index = next++;
              const waitMs = (index * FLOOD_MS) / FLOOD - (performance.now() - startMs);
              if (waitMs > 0) await Bun.sleep(waitMs);
              const from = `203.0.${113 + Math.floor((index % addresses) / 250)}.${(index % addresses) % 250}`;
              const { status } = await offer(stage, tally, { body: OFFER, from });
              if (![201, 429, 503].includes(status)) faults.push(`an offer → ${status}`);
            }
          }),
        );
        const after = await during.stop();
        if (after.failed > 0) faults.push(`${after.failed} requests of others failed`);
        if (after.p99Ms > 250 + 3 * before.p99Ms) faults.push(`others waited: ${formatLatency(after)}`);
        const { peak: most } = peak.stop();
        if (addresses === 1 && most > 520) faults.push(`one address had ${most} sessions`);
        if (addresses === 1) {
          const viewer = await offer(stage, tally, { body: OFFER, from: "198.51.100.10" });
          if (viewer.status !== 201) faults.push(`an ordinary viewer → ${viewer.status}`);
        }
        relay.sessions.clear();
        mustHold(faults);
        return `others ${formatLatency(before)} before, ${formatLatency(after)} during; at most ${most} sessions`;
      }),
  };
}

/** With a channel on air. */
async function onAir<Value>({ system, anna }: Stage, attack: () => Promise<Value>): Promise<Value> {
  const publisher = await startPublisher({ server: system.rtmpUrl, key: anna.streamKey });
  try {
    await until(
      "anna to be on air, on both edges",
      async () => {
        const playlists = [1, 2].map((number) => fetch(`${system.edgeUrl(number)}/live/${anna.login}/index.m3u8`));
        return (await Promise.all(playlists)).every(({ ok }) => ok);
      },
      { withinMs: 30_000 },
    );
    return await attack();
  } finally {
    await publisher.kill();
  }
}

const offer = ({ ask, anna }: Stage, tally: Tally, { body, from }: { body: string | Uint8Array; from?: string }) =>
  ask(tally, `/live/${anna.login}/whep`, { rawBody: body, method: "POST", headers: SDP, ...(from && { from }) });

function hostileOffers(): Record<string, string | Uint8Array> {
  const more = (...lines: string[]) => OFFER.replace("a=rtcp-mux\r\n", `a=rtcp-mux\r\n${lines.join("\r\n")}\r\n`);
  const data = (mid: string) =>
    section({ kind: "application", mid, protocol: "UDP/DTLS/SCTP", formats: "webrtc-datachannel", lines: [] });
  return {
    "a megabyte": `${OFFER}${"a=x\r\n".repeat(200_000)}`,
    "a little too much": OFFER + "a".repeat(64 * 1024),
    noise: crypto.getRandomValues(new Uint8Array(4_000)),
    nothing: new Uint8Array(0),
    JSON: JSON.stringify({ type: "offer", sdp: OFFER }),
    "a NUL": more("a=mid:\u0000"),
    "1 000 sections": offerOf(Array.from({ length: 1_000 }, (_, i) => data(`d${i}`))).slice(0, 64_000),
    "nine sections": offerOf([video(), audio(), ...Array.from({ length: 7 }, (_, i) => data(`d${i}`))]),
    "two videos": offerOf([video(), video({ mid: "1" })]),
    "data alone": offerOf([data("0")], { bundle: "0" }),
    "no H.264": OFFER.replaceAll("H264", "VP8"),
    "packetization mode 0": OFFER.replaceAll("packetization-mode=1", "packetization-mode=0"),
    "payload type 128": OFFER.replaceAll("102", "128"),
    "payload type 4294967296": OFFER.replaceAll("SAVPF 102", "SAVPF 4294967296"),
    "port -1": OFFER.replace("m=video 9", "m=video -1"),
    "a sender": OFFER.replaceAll("a=recvonly", "a=sendonly"),
    inactive: OFFER.replaceAll("a=recvonly", "a=inactive"),
    "no certificate": OFFER.replaceAll(/a=fingerprint.*\r\n/g, ""),
    "SHA-1": OFFER.replaceAll(
      /a=fingerprint.*/g,
      "a=fingerprint:sha-1 00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33",
    ),
    "a short user fragment": OFFER.replaceAll(/a=ice-ufrag.*/g, "a=ice-ufrag:ab"),
    "a long user fragment": OFFER.replaceAll(/a=ice-ufrag.*/g, `a=ice-ufrag:${"a".repeat(300)}`),
    holdconn: OFFER.replaceAll("actpass", "holdconn"),
    "plain RTP": OFFER.replaceAll("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
    "no bundle": OFFER.replace(/a=group.*\r\n/, ""),
    "one mid twice": OFFER.replace("a=mid:1", "a=mid:0"),
  };
}

/** Hears UDP. */
async function startSink(host: string) {
  let packets = 0;
  const socket = createSocket("udp4");
  socket.on("message", () => packets++);
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address();
  return {
    port,
    packets: () => packets,
    async hearsUs() {
      const before = packets;
      socket.send("x", port, "127.0.0.1");
      await until("the sink to hear", () => packets > before);
    },
    stop: () => socket.close(),
  };
}
