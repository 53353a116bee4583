// Attacks on passwords and two-factor codes: A-06.

import { type Attack, mustHold } from "../attack.ts";
import { codeOf, randomLogin } from "../stage.ts";

export const passwordAttacks: Attack[] = [
  {
    id: "A-06",
    name: "passwords that differ only after the 72nd byte or a NUL are different",
    slow: true,
    atLeast: 4,
    async run({ ask, signUp, secrets }, tally) {
      const faults: string[] = [];
      const long = "long-Password-é-".repeat(5); // 85 bytes
      const nul = `a-null-\u0000${crypto.randomUUID()}`;
      for (const [name, password, other] of [
        ["behind byte 72", `${long}X`, `${long}Y`],
        ["behind a NUL", `${nul}X`, `${nul}Y`],
      ] as const) {
        const login = randomLogin();
        tally.sent();
        const made = await signUp(login, password).catch((error: Error) => error);
        tally.answered(made instanceof Error ? "refused" : 201);
        if (made instanceof Error) {
          if (name === "behind byte 72") faults.push(`${name}: ${made.message}`);
          continue; // Registration may refuse control characters.
        }
        const from = "198.51.100.60";
        const wrong = await ask(tally, "/api/v1/auth/login", { body: { login, password: other }, from });
        if (wrong.status !== 401) faults.push(`${name}: another password → ${wrong.status}`);
        const right = await ask(tally, "/api/v1/auth/login", { body: { login, password }, from });
        if (right.status !== 200) faults.push(`${name}: the right one → ${right.status}`);
        secrets.keep("password", other);
      }
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-06",
    name: "a password of 64 KB or 1 MB is never hashed",
    atLeast: 3,
    async run({ ask }, tally) {
      const faults: string[] = [];
      for (const length of [1_025, 64 * 1024, 1024 * 1024]) {
        const startMs = performance.now();
        const { status } = await ask(tally, "/api/v1/auth/login", {
          body: { login: "anna", password: "p".repeat(length) },
          from: "198.51.100.61",
        });
        const tookMs = performance.now() - startMs;
        if (![401, 413, 422].includes(status)) faults.push(`${length} characters → ${status}`);
        if (status === 401) faults.push(`${length} characters were hashed`);
        if (tookMs > 2_000) faults.push(`${length} characters took ${tookMs} ms`);
      }
      mustHold(faults);
      return undefined;
    },
  },
  {
    id: "A-06",
    name: "neither answers nor their timing reveal whether an account exists; credential stuffing is limited by account and by address",
    slow: true,
    atLeast: 60,
    async run({ ask, anna, system }, tally) {
      const faults: string[] = [];
      const times: Record<string, number[]> = { known: [], unknown: [] };
      const bodies: Record<string, Set<string>> = { known: new Set(), unknown: new Set() };
      for (let index = 0; index < 8; index++)
        for (const kind of ["known", "unknown"]) {
          const login = kind === "known" ? anna.login : randomLogin();
          const startMs = performance.now();
          const { text } = await ask(tally, "/api/v1/auth/login", {
            body: { login, password: "wrong-password-1" },
            from: `198.51.101.${index}`,
          });
          times[kind]!.push(performance.now() - startMs);
          bodies[kind]!.add(text.replace(/"requestId":"[^"]*"/, ""));
        }
      const median = (list: number[]) => list.sort((a, b) => a - b)[Math.floor(list.length / 2)]!;
      const [known, unknown] = [median(times.known!), median(times.unknown!)];
      if (Math.max(known, unknown) > 1.6 * Math.min(known, unknown)) faults.push(`times ${known} and ${unknown} ms`);
      if ([...bodies.known!].join() !== [...bodies.unknown!].join()) faults.push("bodies differ");
      const forgot = async (email: string, number: number) => {
        const { status, text } = await ask(tally, "/api/v1/auth/password/forgot", {
          body: { email },
          from: `198.51.102.${number}`,
        });
        return `${status} ${text.replace(/"requestId":"[^"]*"/, "")}`;
      };
      if ((await forgot(anna.email, 1)) !== (await forgot("nobody@example.org", 2)))
        faults.push("password reset reveals accounts");
      const from = (index: number) => `198.51.103.${index}`;
      const many = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          ask(tally, "/api/v1/auth/login", {
            body: { login: anna.login, password: `stuffed-${index}-password` },
            from: from(index),
            base: system.edgeUrl(1 + (index % 2)),
          }),
        ),
      );
      if (!many.some(({ status }) => status === 429)) faults.push("tries of one account are not limited");
      const oneAddress = await Promise.all(
        Array.from({ length: 80 }, (_, index) =>
          ask(tally, "/api/v1/auth/login", {
            body: { login: `stuffed${index}`, password: "stuffed-password" },
            from: "198.51.104.1",
            base: system.edgeUrl(1 + (index % 2)),
          }),
        ),
      );
      const refused = oneAddress.filter(({ status }) => status === 429 || status === 503).length;
      if (refused < 15) faults.push(`one address: ${refused} of 80 refused`);
      mustHold(faults);
      return `known ${Math.round(known)} ms, unknown ${Math.round(unknown)} ms`;
    },
  },
  {
    id: "A-06",
    name: "a two-factor code works once, and guesses are limited",
    slow: true,
    atLeast: 8,
    async run({ ask, signUp, secrets, system }, tally) {
      const faults: string[] = [];
      const { login, password, accessToken: token } = await signUp();
      const proposed = await ask(tally, "/api/v1/me/totp", { token, body: { password } });
      const secret = String(proposed.json?.secret);
      secrets.keep("TOTP secret", secret);
      const code = await codeOf(secret);
      const confirmed = await ask(tally, "/api/v1/me/totp/confirm", { token, body: { code } });
      for (const recovery of (confirmed.json?.recoveryCodes ?? []) as string[]) secrets.keep("recovery code", recovery);
      if (confirmed.status !== 200) throw new Error(`confirm → ${confirmed.status} ${confirmed.text}`);
      const signIn = async (otp: string | undefined, number: number) => {
        const body = { login, password, ...(otp && { otp }) };
        const from = `198.51.105.${number}`;
        return (await ask(tally, "/api/v1/auth/login", { body, from, base: system.edgeUrl(1 + (number % 2)) })).json;
      };
      if ((await signIn(undefined, 1))?.code !== "otp_required") faults.push("no two-factor code is required");
      if ((await signIn(code, 2))?.code !== "otp_wrong")
        faults.push("the code that confirmed two-factor was accepted again");
      const guesses = await Promise.all(
        ["000000", "111111", "222222", "333333", "444444"].map((otp, at) => signIn(otp, 3 + at)),
      );
      if (guesses.some((answer) => typeof answer?.accessToken === "string")) faults.push("a guessed key was accepted");
      if (!guesses.some((answer) => answer?.code === "rate_limited")) faults.push("guesses are not counted");
      mustHold(faults);
      return undefined;
    },
  },
];
