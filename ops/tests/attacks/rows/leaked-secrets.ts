// The last attack of a run searches everything that the run left behind for every known secret: A-20.

import { join } from "node:path";
import { type Attack, mustHold } from "../attack.ts";
import { filesBelow, textOf } from "../secrets.ts";

/** Files of the stores, and files that are meant to hold secrets. */
const KEPT = /\/(postgres|secrets\.json)$/;

export const secretAttacks: Attack[] = [
  {
    id: "A-20",
    name: "no secret is in a log, a metric, a run file, a command line or a problem",
    atLeast: 10,
    async run({ ask, system, balancer, secrets, anna, problems }, tally) {
      // Provokes errors, each with a secret in the wrong place.
      const { streamKey, emailToken, accessToken, refreshToken, password } = anna;
      for (const secret of [streamKey, emailToken, accessToken, refreshToken, password])
        for (const base of [system.url, balancer.url]) {
          await ask(tally, `/verify/${secret}`, { base });
          await ask(tally, `/ingest/whip/${secret}?key=${secret}`, { base, rawBody: "v=0", token: `${secret}x` });
          await ask(tally, `/api/v1/channels/${encodeURIComponent(secret)}`, { base });
          await ask(tally, "/api/v1/auth/email/verify", { base, body: { token: `${secret}x` } });
          await ask(tally, "/api/v1/auth/login", { base, rawBody: `{"login":"${secret}","password":` });
          await ask(tally, `/api/v1/me?token=${secret}`, { base, token: `${secret}x` });
        }
      const places: [string, string][] = [
        ["problems", problems.join("\n")],
        ["balancer's logs", balancer.logs()],
      ];
      for (const file of filesBelow(system.data, (path) => KEPT.test(path)))
        places.push([file.slice(system.data.length), textOf(file)]);
      for (const name of ["edge-1", "edge-2", "actor-1"])
        places.push([`metrics of ${name}`, await (await fetch(`${system.internalUrl(name)}/metrics`)).text()]);
      places.push(["the supervisor's words", system.output()]);
      for (const name of ["edge-1", "edge-2", "actor-1", "nats", "redis", "postgres", "nginx"])
        places.push([`command line of ${name}`, textOf(join("/proc", String(system.pidOf(name)), "cmdline"))]);
      const leaks = places.flatMap(([where, text]) => secrets.leaksIn(where, text));
      // The control: a secret in a log is found.
      if (secrets.leaksIn("control", `x ${encodeURIComponent(streamKey)} y`).length === 0)
        throw new Error("the search finds nothing");
      const bytes = places.reduce((sum, [, text]) => sum + text.length, 0);
      mustHold([...new Set(leaks.map(({ kind, where }) => `${kind} in ${where}`))]);
      return `${secrets.size} secrets (${secrets.kinds.join(", ")}) sought in ${places.length} places, ${Math.round(bytes / 1024)} KB`;
    },
  },
];
