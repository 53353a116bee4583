// Attacks by pages of another origin that open chat sockets: A-03.

import { type Attack, mustHold } from "../attack.ts";
import { RawSocket } from "../raw-socket.ts";

export const originAttacks: Attack[] = [
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
          "https://evil.example",
          "null",
          "",
          `http://evil-${host}`,
          `http://${host}.evil.example`,
          "file://",
          `http://${hostname}:1`,
          `http://evil.example/${host}`,
          `http://${host}@evil.example`,
          "live.example.org",
          "https://live.example.org.evil.example",
          "https://evil-live.example.org",
          "http://live.example.org",
        ];
        for (const origin of foreign) await open(origin, 403);
        // The controls: our own page, an allowed one, and a program.
        await open(`http://${host}`, 101);
        await open("https://live.example.org", 101);
        await open(undefined, 101);
      }
      // A cookie does not authenticate a socket, and a token in the address is ignored.
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
      if (text.includes("by cookie")) faults.push("a cookie or a query authenticates a socket");
      if (secrets.size === 0) faults.push("no secret is known");
      mustHold(faults);
      return undefined;
    },
  },
];
