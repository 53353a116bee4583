// People in a room of a running system: two edges, two actor nodes, and both nodes are killed.

import { afterAll, beforeAll, expect, test } from "bun:test";
import { type Account, call, register } from "../support/api.ts";
import { ChatClient } from "../support/chat-client.ts";
import { bootSystem, type TestSystem } from "../support/system.ts";
import { until } from "../support/until.ts";

let system: TestSystem;
let owner: Account;
let moderator: Account;
let ada: Account;

beforeAll(async () => {
  system = await bootSystem({ edges: 2, actors: 2 });
  owner = await register(system.url);
  moderator = await register(system.url);
  ada = await register(system.url);
  await act(owner, "PUT", `moderators/${moderator.login}`, {});
});
afterAll(() => system?.stop());

const act = <Answer = unknown>(who: Account, method: string, path: string, body?: object) =>
  call<Answer>(`${system.url}/api/v1/channels/${owner.login}/${path}`, {
    method,
    token: who.accessToken,
    ...(body && { body }),
  });

const join = (edge: number, who: Account) =>
  ChatClient.join({ url: system.edgeUrl(edge), channel: owner.login, token: who.accessToken });

/** Returns a wait for their successors. */
function killActors(): () => Promise<unknown> {
  const killed = ["actor-1", "actor-2"].map((name) => ({ name, starts: system.startsOf(name) }));
  for (const { name } of killed) process.kill(system.pidOf(name), "SIGKILL");
  return () => Promise.all(killed.map(({ name, starts }) => system.restarted(name, starts)));
}

/** Refused by this code all the time, also while the room has no owner. */
const refusedBy = (client: ChatClient, code: string) =>
  until("the room to have an owner", async () => {
    const verdict = await client.say("and again");
    expect(verdict.type).toBe("refused");
    return verdict.type === "refused" && verdict.code === code;
  });

test("a warning is told at another edge, outlasts the death of both actor nodes, and ends when it is acknowledged", async () => {
  const [here, there] = [await join(1, ada), await join(2, ada)];
  expect(await here.say("something rude")).toMatchObject({ type: "said" });
  const startMs = performance.now();
  await act(moderator, "POST", `chat/people/${ada.login}/warnings`, { reason: "mind your words" });
  const told = (client: ChatClient, reason: string | null) =>
    until("the warning", () => client.frames.some((frame) => frame.type === "warning" && frame.reason === reason), {
      everyMs: 10,
    });
  for (const client of [here, there]) await told(client, "mind your words");
  expect(performance.now() - startMs).toBeLessThan(1_500);
  expect(await there.say("again")).toMatchObject({ type: "refused", code: "warned" });
  const restarted = killActors();
  await refusedBy(there, "warned");
  await act(ada, "POST", "chat/warning/acknowledge", {});
  for (const client of [here, there]) await told(client, null);
  expect(await there.sayPatiently("sorry")).toMatchObject({ type: "said" });
  for (const client of [here, there]) await client.leave();
  await restarted();
});

test("an accepted request lifts a ban for good, also when both actor nodes die right after it", async () => {
  await act(moderator, "PUT", `chat/bans/${ada.login}`, { reason: "rude" });
  await act(ada, "POST", "chat/unban-requests", { text: "Please let me back in" });
  const client = await join(2, ada);
  const restarted = killActors();
  await refusedBy(client, "banned");
  await restarted();
  const { items } = await act<{ items: { id: string; text: string }[] }>(moderator, "GET", "chat/unban-requests");
  expect(items).toMatchObject([{ text: "Please let me back in" }]);
  await act(moderator, "POST", `chat/unban-requests/${items[0]!.id}`, { accept: true, answer: "Welcome back" });
  killActors();
  expect(await client.sayPatiently("thank you", 20_000)).toMatchObject({ type: "said" });
  expect(await act<object>(ada, "GET", "chat/unban-requests/mine")).toMatchObject({
    banned: false,
    request: { state: "accepted", answer: "Welcome back" },
  });
  await client.leave();
});
