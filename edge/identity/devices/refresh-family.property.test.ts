// A family of refresh tokens has at most one valid chain, in any order of requests by two tabs with one cookie, a client that repeats its
// requests, and a thief; on real stores, at two edges during a change of the server's secret.

import { afterAll, beforeAll, expect, test } from "bun:test";
import fc from "fast-check";
import { type TestDatabase, testDatabase } from "#schema/testing.ts";
import { TEST_SECRET, type TestEdge, type TestUser, testEdge } from "../../testing.ts";

const NEXT_SECRET = "the secret that half of the edges use already";
const RUNS = 60;

let database: TestDatabase;
let edges: TestEdge[];
let user: TestUser;
beforeAll(async () => {
  database = await testDatabase();
  const shared = {
    database: { ...database, drop: async () => {} },
    limits: {
      signInsPerMinutePerAccount: 0,
      signInsPerMinutePerIp: 0,
      authPerMinutePerIp: 0,
      requestsPerMinutePerIp: 0,
    },
  };
  edges = [
    await testEdge({ ...shared, config: { jwtSecret: TEST_SECRET, jwtAcceptedSecrets: [NEXT_SECRET] } }),
    await testEdge({ ...shared, config: { jwtSecret: NEXT_SECRET, jwtAcceptedSecrets: [TEST_SECRET] } }),
  ];
  user = await edges[0]!.register();
});
afterAll(async () => {
  for (const edge of edges) await edge.close();
  await database.drop();
});

async function signIn(): Promise<string> {
  const { login, password } = user;
  const answer = await edges[0]!.ask("POST", "/api/v1/auth/login", { json: { login, password } });
  if (answer.status !== 200) throw new Error(`sign-in: ${answer.text}`);
  return answer.refreshToken!;
}

/** The successor, or the code of the refusal. */
async function present(refreshToken: string, at: number): Promise<string> {
  const answer = await edges[at]!.ask("POST", "/api/v1/auth/refresh", { json: { refreshToken } });
  return answer.status === 200 ? answer.refreshToken! : (answer.body.code as string);
}

/** Moves the last rotation into the past; the user's other families are expired by then. */
const elevenSecondsPass = () => database.database.sql`UPDATE sign_ins SET rotated_at = rotated_at - interval '11 s'`;

const edgeIndex = fc.nat(1);
const isToken = (answer: string) => answer.length === 70;

/** The contract: the newest token rotates, the previous one gets the same answer within 10 s, any other ends the family. */
interface Model {
  /** Index of the newest. */
  head: number;
  grace: boolean;
  end: null | "token_reused" | "not_signed_in";
}
interface Real {
  tokens: string[];
}

class Present implements fc.AsyncCommand<Model, Real> {
  constructor(
    readonly back: number,
    readonly at: number,
  ) {}
  check = ({ head }: Readonly<Model>) => this.back <= head;
  async run(model: Model, { tokens }: Real) {
    const index = model.head - this.back;
    const answer = await present(tokens[index]!, this.at);
    if (model.end) return expect(answer).toBe(model.end);
    if (index === model.head) {
      expect(isToken(answer) && !tokens.includes(answer)).toBe(true);
      tokens.push(answer);
      Object.assign(model, { head: model.head + 1, grace: true });
    } else if (this.back === 1 && model.grace) {
      expect(answer).toBe(tokens[model.head]!);
    } else {
      expect(answer).toBe("token_reused");
      model.end = "token_reused";
    }
  }
  toString = () => `present the newest but ${this.back} at edge ${this.at}`;
}

class Pass implements fc.AsyncCommand<Model, Real> {
  check = () => true;
  async run(model: Model) {
    await elevenSecondsPass();
    model.grace = false;
  }
  toString = () => "11 s pass";
}

class SignOut implements fc.AsyncCommand<Model, Real> {
  constructor(readonly back: number) {}
  check = ({ head }: Readonly<Model>) => this.back <= head;
  async run(model: Model, { tokens }: Real) {
    const refreshToken = tokens[model.head - this.back]!;
    await edges[0]!.ask("POST", "/api/v1/auth/logout", { json: { refreshToken } });
    model.end = "not_signed_in";
  }
  toString = () => `sign out with the newest but ${this.back}`;
}

test("requests one after the other get the answers of the contract", async () => {
  const commands = fc.commands(
    [
      fc.tuple(fc.constant(0), edgeIndex).map(([back, at]) => new Present(back, at)),
      fc.tuple(fc.nat(2), edgeIndex).map(([back, at]) => new Present(back, at)),
      fc.constant(new Pass()),
      fc.nat(3).map((back) => new SignOut(back)),
    ],
    { maxCommands: 14 },
  );
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const real: Real = { tokens: [await signIn()] };
      await fc.asyncModelRun(() => ({ model: { head: 0, grace: false, end: null } as Model, real }), steps);
    }),
    { numRuns: RUNS },
  );
});

/** One request, concurrent with the others unless it waits. */
interface Step {
  who: "tab A" | "tab B" | "retry" | "thief steals" | "thief";
  at: number;
  /** Waits for all requests under way. */
  waits: boolean;
  /** Waits for longer than the grace time. */
  late: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  who: fc.constantFrom("tab A", "tab B", "retry", "thief steals", "thief"),
  at: edgeIndex,
  waits: fc.boolean(),
  late: fc.nat(3).map((one) => one === 0),
});

test("concurrent requests in any order leave at most one valid token, and an ended family stays ended", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.array(step, { minLength: 2, maxLength: 10 }),
      fc.nat(),
      fc.boolean(),
      async (s, steps, seed, together) => {
        const given = new Set([await signIn()]);
        // The browser's cookie, shared by both tabs; the last token that the browser sent; the thief's token.
        let cookie = [...given][0]!;
        let sent = cookie;
        let stolen = cookie;
        let endedAt = Number.POSITIVE_INFINITY;
        let turn = 0;

        const use = async (token: string, at: number, keep: (next: string) => void) => {
          const startedAt = ++turn;
          const answer = await present(token, at);
          if (isToken(answer)) {
            expect(startedAt).toBeLessThan(endedAt);
            given.add(answer);
            keep(answer);
          } else if (answer === "token_reused") endedAt = Math.min(endedAt, ++turn);
          else throw new Error(`an unexpected answer: ${answer}`);
        };
        const toCookie = (next: string) => {
          cookie = next;
        };
        const once = async ({ who, at }: Step) => {
          if (who === "thief steals") stolen = cookie;
          else if (who === "thief")
            await use(stolen, at, (next) => {
              stolen = next;
            });
          else if (who === "retry") await use(sent, at, toCookie);
          else {
            sent = cookie;
            await use(sent, at, toCookie);
          }
        };
        // Either in the order of the scheduler, or truly concurrent, in the order of the database.
        const act = together ? once : s.scheduleFunction(once);

        const ended = (all: Promise<void>[]) => (together ? Promise.all(all) : s.waitFor(Promise.all(all)));
        let underWay: Promise<void>[] = [];
        for (const one of steps) {
          if (one.waits || one.late) {
            await ended(underWay);
            underWay = [];
          }
          if (one.late) await elevenSecondsPass();
          underWay.push(act(one));
        }
        await ended(underWay);

        // Every token that was ever issued is tried, in random order: at most one works.
        const all = [...given];
        const turned = all.map((_, i) => all[(i + seed) % all.length]!);
        let living = 0;
        for (const token of turned) {
          await elevenSecondsPass();
          if (isToken(await present(token, seed % 2))) living++;
        }
        expect(living).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: RUNS },
  );
});

test("tabs that refresh at once, and repeated requests within the grace time, sign nobody out", async () => {
  // Each round: some tabs send the browser's cookie at once; then one may send it again, as if the answer had been lost.
  const round = fc.record({ tabs: fc.array(edgeIndex, { minLength: 1, maxLength: 4 }), again: fc.option(edgeIndex) });
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.array(round, { minLength: 1, maxLength: 5 }), async (s, rounds) => {
      let cookie = await signIn();
      for (const { tabs, again } of rounds) {
        const send = s.scheduleFunction((at: number) => present(cookie, at));
        const answers = await s.waitFor(Promise.all(tabs.map(send)));
        if (again !== null) answers.push(await present(cookie, again));
        expect(new Set(answers).size).toBe(1);
        expect(isToken(answers[0]!)).toBe(true);
        cookie = answers[0]!;
      }
    }),
    { numRuns: RUNS },
  );
});
