// Who is given a playback token, on real PostgreSQL and Redis.

import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { systemClock } from "#runtime/base/clock.ts";
import { systemRandom } from "#runtime/base/random.ts";
import type { ChannelView } from "#schema/api/channels.ts";
import type { PlaybackView } from "#schema/api/playback.ts";
import { type Answer, type TestEdge, type TestUser, testEdge } from "../testing.ts";
import { createPlaybackTokens, PLAYBACK_TOKEN_MS } from "./token.ts";

let edge: TestEdge;
let ada: TestUser;
let fan: TestUser;
let stranger: TestUser;
let editor: TestUser;
let moderator: TestUser;
let staff: TestUser;
let channelId: string;
beforeAll(async () => {
  edge = await testEdge({ limits: { wrongPlaybackPasswordsPerMinutePerIp: 3 } });
  [ada, fan, stranger, editor, moderator, staff] = (await Promise.all(
    ["ada", "fan", "stranger", "editor", "moderator", "staff"].map((name) => edge.register(`${name}_p`)),
  )) as [TestUser, TestUser, TestUser, TestUser, TestUser, TestUser];
  channelId = ((await edge.ask("GET", "/api/v1/channels/ada_p")).body as unknown as ChannelView).id;
  const { sql } = edge.world.database;
  await sql`INSERT INTO follows (user_id, channel_id) VALUES (${fan.userId}, ${channelId})`;
  for (const [user, role] of [
    [editor, "editor"],
    [moderator, "moderator"],
  ] as const)
    await sql`INSERT INTO channel_roles (channel_id, user_id, role) VALUES (${channelId}, ${user.userId}, ${role})`;
  await sql`UPDATE users SET role = 'staff' WHERE id = ${staff.userId}`;
});
afterAll(() => edge.close());

const signIn = async ({ login, password }: TestUser) =>
  (await edge.ask("POST", "/api/v1/auth/login", { json: { login, password } })).body.accessToken as string;
const change = (json: unknown) => edge.ask("PATCH", "/api/v1/channels/ada_p", { json, token: ada.token });
const play = (token?: string, json: unknown = {}, from?: string) =>
  edge.ask("POST", "/api/v1/channels/ada_p/playback", { json, ...(token && { token }), ...(from && { from }) });
const tokens = () => createPlaybackTokens({ keys: edge.auth.keys, clock: systemClock, random: systemRandom });
const grantIn = ({ status, body }: Answer) => {
  if (status !== 201) return body.code;
  const { token, hlsUrl, expiresAt } = body as unknown as PlaybackView;
  expect(hlsUrl).toBe(`/live/ada_p/~${token}/index.m3u8`);
  expect(Date.parse(expiresAt) - Date.now()).toBeWithin(PLAYBACK_TOKEN_MS - 60_000, PLAYBACK_TOKEN_MS + 1);
  return tokens().read(token, channelId)?.grant;
};

test("the rights of each kind of asker, by visibility", async () => {
  const askers = {
    visitor: undefined,
    stranger: stranger.token,
    fan: fan.token,
    moderator: moderator.token,
    editor: editor.token,
    owner: ada.token,
    staff: await signIn(staff),
  };
  const all = async () =>
    Object.fromEntries(
      await Promise.all(Object.entries(askers).map(async ([name, token]) => [name, grantIn(await play(token))])),
    );
  const people = { editor: "preview", owner: "preview" };
  const open = { visitor: "count", stranger: "count", fan: "count", moderator: "count", staff: "count", ...people };
  expect(await all()).toEqual(open);
  expect((await change({ visibility: "unlisted" })).body.visibility).toBe("unlisted");
  expect(await all()).toEqual(open);
  await change({ visibility: "followers" });
  const closed = { moderator: "watch", staff: "watch", ...people };
  expect(await all()).toEqual({
    visitor: "not_signed_in",
    stranger: "followers_only",
    fan: "watch",
    ...closed,
  });
  await change({ visibility: "password", playbackPassword: "sesame" });
  const locked = "password_required";
  expect(await all()).toEqual({ visitor: locked, stranger: locked, fan: locked, ...closed });
});

describe("a channel with a password", () => {
  test("needs one before it can have this visibility; it is stored as a hash and shown nowhere", async () => {
    const other = await edge.register();
    const path = `/api/v1/channels/${other.login}`;
    const set = (json: unknown) => edge.ask("PATCH", path, { json, token: other.token });
    expect((await set({ visibility: "password" })).body.code).toBe("validation_failed");
    const changed = await set({ visibility: "password", playbackPassword: "open sesame" });
    expect([changed.status, changed.body.visibility]).toEqual([200, "password"]);
    expect((await set({ visibility: "public" })).status).toBe(200);
    expect((await set({ visibility: "password" })).status).toBe(200);
    const rows = await edge.world.database.sql`SELECT * FROM channels`;
    for (const text of [JSON.stringify(rows), changed.text]) expect(text).not.toContain("open sesame");
    expect(changed.text).not.toContain("$2");
  });

  test("opens to the right password, for which the wrong ones of others do not matter", async () => {
    await change({ visibility: "password", playbackPassword: "sesame" });
    const [here, there] = ["2001:db8:1::1", "2001:db8:2::1"];
    for (let i = 0; i < 3; i++)
      expect(grantIn(await play(undefined, { password: "guess" }, here))).toBe("wrong_password");
    const refused = await play(undefined, { password: "sesame" }, here);
    expect([refused.status, refused.body.code]).toEqual([429, "rate_limited"]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    for (let i = 0; i < 20; i++) expect(grantIn(await play(undefined, { password: "sesame" }, there))).toBe("watch");
    await change({ playbackPassword: "another" });
    expect(grantIn(await play(undefined, { password: "sesame" }, there))).toBe("wrong_password");
    expect(grantIn(await play(undefined, { password: "another" }, there))).toBe("watch");
  });
});

test("two tabs of a browser are one session; without a name each token is a session of its own", async () => {
  await change({ visibility: "public" });
  const sessionIn = async (json: unknown) =>
    tokens().read((await play(undefined, json)).body.token as string, channelId)!.session;
  const viewer = "a_browser-that-is-mine";
  expect(await sessionIn({ viewer })).toBe(await sessionIn({ viewer }));
  expect(await sessionIn({})).not.toBe(await sessionIn({}));
  expect((await play(undefined, { viewer: "short" })).body.code).toBe("validation_failed");
});

test("an unlisted channel is in no list and has its page", async () => {
  const logins = async (query: string) => {
    const { body } = await edge.ask("GET", `/api/v1/channels?${query}`);
    return (body.items as ChannelView[]).map(({ login }) => login);
  };
  await change({ visibility: "followers" });
  expect(await logins("q=ada_p")).toEqual(["ada_p"]);
  await change({ visibility: "unlisted" });
  for (const query of ["q=ada_p", "limit=100", "live=false&limit=100", "sort=viewers&limit=100"])
    expect(await logins(query)).not.toContain("ada_p");
  expect((await edge.ask("GET", "/api/v1/channels/ada_p")).body).toMatchObject({
    login: "ada_p",
    visibility: "unlisted",
  });
});
