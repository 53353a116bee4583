// Where the API says that WebRTC is, and who gets a publish ticket.

import { afterAll, beforeAll, expect, test } from "bun:test";
import type { ChannelView } from "#schema/api/channels.ts";
import type { PlaybackView } from "#schema/api/playback.ts";
import type { PublishTicketView } from "#schema/api/stream-keys.ts";
import { usePublishTicket } from "#schema/queries/channels/publish-tickets.ts";
import { standFor } from "#schema/testing.ts";
import { type TestEdge, type TestUser, testEdge } from "../testing.ts";

const RELAYS = { relayUrls: ["http://10.0.0.5:4100"], iceServers: [], turn: null };
const whipTargets = [{ url: "rtmp://10.0.0.6:1935", app: "live" }];

let edge: TestEdge;
let without: TestEdge;
let ada: TestUser;
beforeAll(async () => {
  edge = await testEdge({ config: { webRtc: { ...RELAYS, whipTargets }, publicUrl: "https://live.example" } });
  without = await testEdge();
  ada = await edge.register("ada");
});
afterAll(() => Promise.all([edge.close(), without.close()]));

test("a live channel has the address for WHEP, in lists too, and so has a playback token", async () => {
  const { sql } = edge.world.database;
  const { id } = (await edge.ask("GET", "/api/v1/channels/ada")).body as unknown as ChannelView;
  await standFor(edge.world.database, id);
  await sql`INSERT INTO broadcasts (id, channel_id, title, phase, epoch, started_at) VALUES (${crypto.randomUUID()}, ${id}, '', 'live', 1, now())`;
  const one = (await edge.ask("GET", "/api/v1/channels/ada")).body as unknown as ChannelView;
  expect(one.live?.whepUrl).toBe("/live/ada/whep");
  const list = (await edge.ask("GET", "/api/v1/channels?live=true")).body as unknown as { items: ChannelView[] };
  expect(list.items.map(({ live }) => live?.whepUrl)).toEqual(["/live/ada/whep"]);
  const playback = async (at: TestEdge, login: string) =>
    (await at.ask("POST", `/api/v1/channels/${login}/playback`, { json: {} })).body as unknown as PlaybackView;
  const { whepUrl, token } = await playback(edge, "ada");
  expect(whepUrl).toBe(`/live/ada/~${token}/whep`);
  await without.register("bob");
  expect((await playback(without, "bob")).whepUrl).toBeNull();
});

test("the owner is told where WHIP is, and gets tickets that open the channel once; nobody else does", async () => {
  const tickets = (token?: string) =>
    edge.ask("POST", "/api/v1/channels/ada/publish-tickets", { json: {}, ...(token && { token }) });
  const key = await edge.ask("GET", "/api/v1/channels/ada/stream-key", { token: ada.token });
  expect(key.body.whipUrl).toBe("https://live.example/ingest/whip");
  const made = await tickets(ada.token);
  const { ticket, whipUrl, expiresAt } = made.body as unknown as PublishTicketView;
  expect([made.status, whipUrl]).toEqual([201, "https://live.example/ingest/whip"]);
  expect(ticket).toMatch(/^once_[a-z2-7]{32}$/);
  expect(Date.parse(expiresAt) - Date.now()).toBeWithin(30_000, 60_001);
  const { sql } = edge.world.database;
  expect(await usePublishTicket(sql, { ticket, by: "s" })).toMatchObject({ login: "ada", encoder: null });
  const rows = await sql`SELECT * FROM publish_tickets`;
  expect(JSON.stringify(rows)).not.toContain(ticket);
  const bob = await edge.register("bob");
  expect([(await tickets(bob.token)).status, (await tickets()).status]).toEqual([403, 401]);
});

test("without a relay there are no tickets, and no address is shown", async () => {
  const eve = await without.register("eve");
  const refused = await without.ask("POST", "/api/v1/channels/eve/publish-tickets", { json: {}, token: eve.token });
  expect([refused.status, refused.body.code]).toEqual([409, "whip_off"]);
  const key = await without.ask("GET", "/api/v1/channels/eve/stream-key", { token: eve.token });
  expect("whipUrl" in key.body).toBe(false);
});
