// Attacks by forged hooks and guessed stream keys.

import { newStreamKey } from "#edge/channels/stream-key.ts";
import { systemRandom } from "#runtime/base/random.ts";
import { readEdgeConfig } from "#runtime/config/edge.ts";
import { connectPublisher } from "../../support/encoder/rtmp-publisher.ts";
import { type Attack, mustHold } from "../attack.ts";

/** The default limit of an edge. */
const { wrongStreamKeysPerMinutePerIp: WRONG_MAX } = readEdgeConfig({
  DATABASE_URL: "postgres://x@127.0.0.1/x",
  NATS_URL: "nats://127.0.0.1:1",
  REDIS_URL: "redis://127.0.0.1:1",
  INTERNAL_PORT: "1",
  JWT_SECRET: "s".repeat(32),
}).limits;

export const hookAttacks: Attack[] = [
  {
    id: "A-07",
    name: "hooks from outside, replayed hooks and forged hooks publish nothing",
    atLeast: 20,
    async run({ ask, system, balancer, anna, secrets }, tally) {
      const faults: string[] = [];
      const internal = system.internalUrl("edge-1");
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const body = (key: string, more = "") =>
        `call=publish&clientid=77&name=${key}&addr=203.0.113.7&flashver=x${more}`;
      const query = `?ingest=main&boot=${crypto.randomUUID()}`;
      for (const base of [system.url, system.edgeUrl(2), balancer.url])
        for (const call of ["publish", "publish_done", "play", "update"]) {
          const asked = { rawBody: body(anna.streamKey), headers: form, base };
          const { status } = await ask(tally, `/hooks/rtmp/${call}${query}`, asked);
          if (status !== 404) faults.push(`${call} at ${base} → ${status}`);
        }
      const other = secrets.make("stream key that was never given out");
      const forged = [
        body(`live_${other.replaceAll("-", "")}`),
        body("live_x", `&name=${anna.streamKey}`), // Only the first value is nginx' own.
        body(anna.streamKey.toUpperCase()),
        body(`${anna.streamKey}x`),
        body(anna.streamKey.slice(0, -1)),
        body(anna.id),
        body(anna.login),
        body("%27%20OR%201%3D1--"),
      ];
      for (const rawBody of forged) {
        const { status } = await ask(tally, `/hooks/rtmp/publish${query}`, { rawBody, headers: form, base: internal });
        if (status !== 403) faults.push(`${rawBody.slice(0, 40)} → ${status}`);
      }
      for (const more of ["", `&channel=${anna.id}&token=guess`, `&channel=${anna.id}&token=`]) {
        const asked = { rawBody: `call=play&clientid=78&name=guess${more}`, headers: form, base: internal };
        const { status } = await ask(tally, `/hooks/rtmp/play${query}`, asked);
        if (status === 204) faults.push(`a pull with ${more} was accepted`);
      }
      const channel = await ask(tally, `/api/v1/channels/${anna.login}`);
      if (channel.json?.live !== null) faults.push("anna is on air");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-08",
    name: "an address that guesses stream keys is locked out on all edges, while other addresses publish; a key is not a playback address",
    atLeast: 200,
    async run({ ask, system, anna }, tally) {
      const faults: string[] = [];
      const internals = ["edge-1", "edge-2"].map((name) => system.internalUrl(name));
      const guess = () => newStreamKey(systemRandom);
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const outcomes = async (outcome: string) => {
        const texts = await Promise.all(internals.map(async (url) => (await fetch(`${url}/metrics`)).text()));
        const line = new RegExp(`^rtmp_hooks_total\\{call="publish",outcome="${outcome}"\\} (\\d+)`, "m");
        return texts.reduce((sum, text) => sum + Number(line.exec(text)?.[1] ?? 0), 0);
      };
      const before = { wrong: await outcomes("bad_stream_key"), limited: await outcomes("rate_limited") };
      const startMs = performance.now();
      const boot = crypto.randomUUID();
      const hook = async (index: number, name: string, addr: string, call = "publish") => {
        const rawBody = `addr=${addr}&clientid=${index}&call=${call}&name=${name}`;
        const asked = { rawBody, headers: form, base: internals[index % 2]! };
        return (await ask(tally, `/hooks/rtmp/${call}?ingest=main&boot=${boot}`, asked)).status;
      };
      for (let round = 0; round < 10; round++)
        await Promise.all(
          Array.from({ length: 20 }, async (_, index) => {
            const status = await hook(20 * round + index, guess(), "203.0.113.9");
            if (status !== 403) faults.push(`a guess → ${status}`);
          }),
        );
      const tookS = (performance.now() - startMs) / 1_000;
      const wrong = (await outcomes("bad_stream_key")) - before.wrong;
      const limited = (await outcomes("rate_limited")) - before.limited;
      // The limit, tokens refilled meanwhile, and keys that both edges looked up at the same moment.
      const looksMax = WRONG_MAX + Math.ceil((tookS * WRONG_MAX) / 60) + 2 * 8;
      if (wrong > looksMax || wrong < WRONG_MAX) faults.push(`${wrong} guesses were looked up, ${looksMax} at most`);
      if (wrong + limited < 200) faults.push(`only ${wrong + limited} of 200 were counted`);
      // The locked-out address cannot publish with the right key either; another address can.
      await hook(200, guess(), "203.0.113.9"); // Uses up a token that may just have been refilled.
      if ((await hook(201, anna.streamKey, "203.0.113.9")) !== 403)
        faults.push("the guesser's address is not locked out");
      if ((await hook(202, anna.streamKey, "203.0.113.10")) !== 302)
        faults.push("the owner at another address is locked out");
      await hook(202, anna.streamKey, "203.0.113.10", "publish_done");
      for (const key of [guess(), anna.streamKey.slice(0, -1)]) {
        tally.sent();
        const client = await connectPublisher({ server: system.rtmpUrl, key });
        const closed = await Promise.race([client.closed.then(() => true), Bun.sleep(5_000).then(() => false)]);
        tally.answered(closed ? "rtmp closed" : "rtmp open");
        client.stop();
        if (!closed) faults.push("an encoder with a wrong key stays");
      }
      for (const path of [`/live/${anna.streamKey}/index.m3u8`, `/api/v1/channels/${anna.streamKey}`]) {
        const { status, text } = await ask(tally, path);
        if (status !== 404) faults.push(`a key as address → ${status}`);
        if (text.includes(anna.streamKey)) faults.push("the answer repeats the key");
      }
      mustHold(faults);
      const years = Math.round(48 - Math.log10((WRONG_MAX / 60) * 3.15e7));
      return `${wrong} of 200 guesses looked up, ${limited} refused; at ${WRONG_MAX} a minute 160 bits take 10^${years} years`;
    },
  },
];
