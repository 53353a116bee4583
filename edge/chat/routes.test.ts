import { afterAll, beforeAll, expect, test } from "bun:test";
import { systemRandom } from "#runtime/base/random.ts";
import type { Page } from "#schema/api/fields.ts";
import { insertLines } from "#schema/queries/chat/entries.ts";
import type { Entry } from "#schema/wire/room.ts";
import { type TestEdge, testEdge } from "../testing.ts";

let edge: TestEdge;

beforeAll(async () => {
  edge = await testEdge();
  const ada = await edge.register("ada");
  const { sql } = edge.world.database;
  const [{ id: channelId } = { id: "" }] = await sql<{ id: string }[]>`
    SELECT id FROM channels WHERE user_id = ${ada.userId}`;
  await sql`INSERT INTO actors (kind, key, epoch) VALUES ('channel', ${channelId}, 1)`;
  const user = { id: ada.userId, login: "ada", displayName: "Ada", color: "#000000", badges: [] };
  const lines = Array.from({ length: 25 }, (_, i) => ({
    seq: i + 1,
    id: systemRandom.uuid(Date.now()),
    at: new Date(1_790_000_000_000 + i).toISOString(),
    user,
    nonce: `${i}`,
    body: `line ${i + 1}`,
    action: false,
    replyTo: null,
  }));
  await insertLines(sql, { channelId, epoch: 1, lines });
});
afterAll(() => edge.close());

async function ask(query: string, channel = "ada") {
  const { status, body } = await edge.ask("GET", `/api/v1/channels/${channel}/chat/messages${query}`);
  return { status, body: body as unknown as Page<Entry> & { code?: string } };
}
const seqs = async (query: string) => {
  const { body } = await ask(query);
  return { seqs: body.items.map((entry) => entry.seq), next: body.nextCursor };
};
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

test("the default is the newest 20, ascending; the cursor continues to older ones until the first", async () => {
  const first = await seqs("");
  expect(first.seqs).toEqual(numbers(6, 25));
  expect(await seqs(`?cursor=${first.next}`)).toEqual({ seqs: numbers(1, 5), next: null });
});

test("before and after are exclusive seq; the cursor keeps the direction", async () => {
  expect(await seqs("?before=4")).toEqual({ seqs: [1, 2, 3], next: null });
  const rising = await seqs("?after=0&limit=10");
  expect(rising.seqs).toEqual(numbers(1, 10));
  const more = await seqs(`?cursor=${rising.next}&limit=10`);
  expect(more.seqs).toEqual(numbers(11, 20));
  expect(await seqs(`?cursor=${more.next}&limit=10`)).toEqual({ seqs: numbers(21, 25), next: null });
  expect(await seqs("?after=3&before=6")).toEqual({ seqs: [4, 5], next: null });
  expect(await seqs("?after=25")).toEqual({ seqs: [], next: null });
  expect((await ask("?after=0&limit=1")).body.items[0]).toMatchObject({ kind: "line", body: "line 1" });
});

test("an unknown channel is 404, a malformed query 422", async () => {
  expect(await ask("", "nobody")).toMatchObject({ status: 404, body: { code: "not_found" } });
  for (const query of ["?before=x", "?after=-1", "?limit=101", "?limit=0", "?cursor=zz", "?after=1.5", "?after=1e3"])
    expect(await ask(query)).toMatchObject({ status: 422, body: { code: "validation_failed" } });
});
