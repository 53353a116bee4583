// Attacks on doors that are not for the public.

import { publishTags } from "../rtmp-client.ts";
import { type Attack, mustHold } from "./attack.ts";
import { HAS_IPV6 } from "./balancer.ts";
import { RawSocket } from "./raw-socket.ts";
import { INNER_ISSUERS } from "./stage.ts";

export const doorAttacks: Attack[] = [
  {
    id: "A-03",
    name: "no page of another origin opens a chat socket, neither at the edge nor through the balancer",
    atLeast: 20,
    async run({ system, balancer, anna, secrets, ask }, tally) {
      const faults: string[] = [];
      const path = `/api/v1/channels/${anna.login}/chat`;
      for (const url of [system.url, balancer.url]) {
        const { host, hostname } = new URL(url);
        const open = async (origin: string | undefined, wanted: number) => {
          tally.sent();
          const raw = await RawSocket.open({ url, path, headers: origin === undefined ? {} : { origin } });
          tally.answered(raw.status);
          if (raw.status !== wanted) faults.push(`${url} from ${origin} → ${raw.status}`);
          raw.destroy();
        };
        const foreign = [
          ...["https://evil.example", "null", "", `http://evil-${host}`, `http://${host}.evil.example`, "file://"],
          ...[`http://${hostname}:1`, `http://evil.example/${host}`, `http://${host}@evil.example`, "live.example.org"],
          ...["https://live.example.org.evil.example", "https://evil-live.example.org", "http://live.example.org"],
        ];
        for (const origin of foreign) await open(origin, 403);
        // The controls: our own page, an allowed one, and a program.
        await open(`http://${host}`, 101);
        await open("https://live.example.org", 101);
        await open(undefined, 101);
      }
      // A cookie signs nobody in here, and a token in the address is not read.
      const cookie = `refresh_token=${anna.refreshToken}`;
      for (const query of ["", `?token=${anna.accessToken}`]) {
        tally.sent();
        const raw = await RawSocket.open({ url: system.url, path: `${path}${query}`, headers: { cookie } });
        raw.text(JSON.stringify({ type: "hello" }));
        raw.text(JSON.stringify({ type: "say", nonce: crypto.randomUUID(), body: "by cookie" }));
        await Bun.sleep(300);
        raw.destroy();
        tally.answered("unsigned");
      }
      const { text } = await ask(tally, `/api/v1/channels/${anna.login}/chat/messages`);
      if (text.includes("by cookie")) faults.push("a cookie or a query speaks");
      if (secrets.size === 0) faults.push("no secret is known");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-07",
    name: "hooks from outside, replayed ones and forged ones publish nothing",
    atLeast: 20,
    async run({ ask, system, balancer, anna, secrets }, tally) {
      const faults: string[] = [];
      const internal = system.internalUrl("edge-1");
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const body = (key: string, more = "") => `call=publish&clientid=77&name=${key}&addr=127.0.0.1&flashver=x${more}`;
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
        if (status === 204) faults.push(`a pull with ${more} was let in`);
      }
      const channel = await ask(tally, `/api/v1/channels/${anna.login}`);
      if (channel.json?.live !== null) faults.push("anna is on air");
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-08",
    name: "stream keys cannot be guessed, by RTMP or by hook; a key is no address of playback",
    atLeast: 200,
    async run({ ask, system, anna }, tally) {
      const faults: string[] = [];
      const internal = system.internalUrl("edge-1");
      const guess = () => `live_${crypto.randomUUID().replaceAll("-", "")}`;
      const form = { "content-type": "application/x-www-form-urlencoded" };
      const startMs = performance.now();
      const hook = async (index: number) => {
        const { status } = await ask(tally, `/hooks/rtmp/publish?ingest=main&boot=b&${index}`, {
          ...{
            rawBody: `call=publish&clientid=${index}&name=${guess()}&addr=203.0.113.9`,
            headers: form,
            base: internal,
          },
        });
        if (status !== 403) faults.push(`guess ${index} → ${status}`);
      };
      for (let round = 0; round < 10; round++)
        await Promise.all(Array.from({ length: 20 }, (_, index) => hook(round * 20 + index)));
      const perS = 200 / ((performance.now() - startMs) / 1_000);
      for (const key of [guess(), anna.streamKey.slice(0, -1)]) {
        tally.sent();
        const client = await publishTags({ server: system.rtmpUrl, key, tags: [] });
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
      return `${Math.round(perS)} guesses/s: 160 bits take 10^${Math.round(48 - Math.log10(perS * 3.15e7))} years`;
    },
  },
  {
    id: "A-16",
    name: "no setting, link or provider makes an edge connect to an inner address",
    atLeast: 12,
    async run({ ask, canary, mallory }, tally) {
      const faults: string[] = [];
      // The control: the canary hears who does connect.
      await fetch(`http://127.0.0.1:${canary.port}/`).catch(() => {});
      await fetch(`http://[::1]:${canary.port}/`).catch(() => {});
      const before = canary.hits();
      if (before < (HAS_IPV6 ? 2 : 1)) throw new Error("the canary is deaf");
      for (const id of INNER_ISSUERS) {
        const { status, headers } = await ask(
          tally,
          `/api/v1/auth/oauth/${id}?returnTo=${encodeURIComponent("//evil.example")}`,
        );
        if (headers.get("location")?.includes(String(canary.port))) faults.push(`${id} leads to the canary`);
        if (status < 300) faults.push(`${id} → ${status}`);
        await ask(tally, `/api/v1/auth/oauth/${id}/callback?code=x&state=y`);
      }
      const inner = `http://127.0.0.1:${canary.port}/x.png`;
      for (const body of [{ avatarUrl: inner }, { displayName: inner }, { webhookUrl: inner }])
        await ask(tally, "/api/v1/me", { method: "PATCH", token: mallory.accessToken, body });
      await ask(tally, "/", {
        headers: { "x-forwarded-host": `127.0.0.1:${canary.port}`, host: `127.0.0.1:${canary.port}` },
      });
      await Bun.sleep(200);
      if (canary.hits() > before) faults.push(`${canary.hits() - before} hits`);
      mustHold(faults);
      return `${before} hits by ourselves, 0 by the edges`;
    },
  },
];
