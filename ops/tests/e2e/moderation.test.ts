// Moderation in a running system: two edges, two actor nodes, and the owner of the room is killed.

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

const act = (who: Account, method: string, path: string, body: object) =>
  call(`${system.url}/api/v1/channels/${owner.login}/${path}`, { method, body, token: who.accessToken });

const list = async (path: string) => {
  const url = `${system.url}/api/v1/channels/${owner.login}/${path}`;
  return (await call<{ items: unknown[] }>(url, { token: moderator.accessToken })).items;
};

const join = (edge: number, who?: Account) =>
  ChatClient.join({
    url: system.edgeUrl(edge),
    channel: owner.login,
    ...(who && { token: who.accessToken }),
  });

test("a ban holds at every edge, after the death of the room's owner, and until it is lifted", async () => {
  const [here, there] = [await join(1, ada), await join(2)];
  expect(await here.say("something rude")).toMatchObject({ type: "said" });
  await act(moderator, "PUT", `chat/bans/${ada.login}`, { reason: "rude" });
  expect(await here.say("again")).toMatchObject({ type: "refused", code: "banned" });
  const late = await join(2);
  expect(late.lines.map(({ body, deleted }) => [body, deleted])).toEqual([["", true]]);
  for (const name of ["actor-1", "actor-2"]) process.kill(system.pidOf(name), "SIGKILL");
  const again = await join(2, ada);
  await until("the room to have an owner", async () => {
    const verdict = await again.say("and again");
    expect(verdict.type).toBe("refused");
    return verdict.type === "refused" && verdict.code === "banned";
  });
  await act(moderator, "DELETE", `chat/bans/${ada.login}`, {});
  expect(await again.say("sorry")).toMatchObject({ type: "said" });
  for (const client of [here, there, late, again]) await client.leave();
});

test("slow mode is set and refuses with the time that is left; its moderators are above it", async () => {
  await act(moderator, "PATCH", "chat/settings", { slowMs: 60_000 });
  const [talker, above] = [await join(1, ada), await join(2, moderator)];
  await talker.say("one");
  const refused = await talker.say("two");
  expect(refused).toMatchObject({ type: "refused", code: "slow_mode" });
  expect(refused.type === "refused" ? refused.retryAfterMs : 0).toBeGreaterThan(30_000);
  for (const body of ["a", "b"]) expect(await above.say(body)).toMatchObject({ type: "said" });
  for (const client of [talker, above]) await client.leave();
});

test("a held line outlasts the death of every actor node, and is said once it is allowed, at every edge", async () => {
  await act(moderator, "PATCH", "chat/settings", { slowMs: 0 });
  await act(moderator, "PATCH", "chat/automod", { levels: { links: 1 } });
  const [talker, watcher, above] = [await join(1, ada), await join(2), await join(2, moderator)];
  expect(await talker.say("look at example.com", "held-1")).toMatchObject({ type: "refused", code: "held" });
  await until("the moderator to be told", () => above.frames.some(({ type }) => type === "held"));
  for (const name of ["actor-1", "actor-2"]) process.kill(system.pidOf(name), "SIGKILL");
  const [held] = (await list("chat/held")) as { id: string; body: string }[];
  expect(held).toMatchObject({ body: "look at example.com" });
  await until("the room to have an owner", async () => {
    const answer = await act(moderator, "POST", `chat/held/${held!.id}`, { allow: true }).catch(() => null);
    return answer !== null;
  });
  await until("the line", () => watcher.lines.some(({ id }) => id === held!.id));
  expect(watcher.lines.find(({ id }) => id === held!.id)).toMatchObject({
    ...{ body: "look at example.com", user: { login: ada.login } },
  });
  expect(await talker.sayPatiently("hello again")).toMatchObject({ type: "said" });
  const late = await join(1);
  expect(late.lines.filter(({ id }) => id === held!.id)).toHaveLength(1);
  for (const client of [talker, watcher, above, late]) await client.leave();
}, 60_000);

test("a term that is blocked refuses it in a disguise, and no longer word", async () => {
  await act(moderator, "POST", "chat/terms", { text: "plonk" });
  const talker = await join(2, ada);
  expect(await talker.say("you p l o n k")).toMatchObject({ type: "refused", code: "blocked_term" });
  expect(await talker.say("kerplonking around")).toMatchObject({ type: "said" });
  await talker.leave();
});
