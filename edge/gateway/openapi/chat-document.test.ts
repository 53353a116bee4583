// The AsyncAPI document against a real room: its examples are valid, what clients send is understood, what the server sends fits.

import { afterAll, beforeAll, expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { chatEdge, StandInRoom, type TestChatEdge, testBus, Viewer } from "../../chat/testing.ts";
import { type TestEdge, testEdge } from "../../testing.ts";
import { CHAT_SIDES, chatDocument } from "./chat-document.ts";

const document = chatDocument({ publicUrl: "https://live.example" });
const ajv = new Ajv2020({ strict: false, logger: false });
addFormats(ajv);
ajv.addSchema({ ...document, $id: "chat" });
/** What does not fit; empty: nothing. */
function faultsOf(frame: { type: string }): string {
  const schema = document.components.messages[frame.type]?.payload.$ref;
  const validate = schema && ajv.getSchema(`chat${schema}`);
  if (!validate) return `no schema for ${frame.type}`;
  return validate(frame) ? "" : `${frame.type}: ${ajv.errorsText(validate.errors)}`;
}

let edge: TestEdge;
let chat: TestChatEdge;
let bus: Awaited<ReturnType<typeof testBus>>;
let room: StandInRoom;
beforeAll(async () => {
  edge = await testEdge({ config: { publicUrl: "https://live.example" } });
  chat = await chatEdge();
  bus = await testBus();
  room = new StandInRoom(bus);
});
afterAll(async () => {
  await room.stop();
  await bus.close();
  await chat.close();
  await edge.close();
});

test("it is served as JSON that every site may read, as the OpenAPI document is", async () => {
  const { status, headers, body } = await edge.ask("GET", "/api/asyncapi.json");
  expect([status, headers.get("access-control-allow-origin")]).toEqual([200, "*"]);
  expect(body).toEqual(JSON.parse(JSON.stringify(document)));
  const openapi = await edge.ask("GET", "/api/openapi.json", { headers: { origin: "https://editor.example" } });
  expect(openapi.headers.get("access-control-allow-origin")).toBe("*");
  expect(openapi.headers.get("access-control-allow-credentials")).toBeNull();
});

test("its references resolve, and it lists every frame once", () => {
  expect(document).toMatchObject({ asyncapi: "3.0.0", servers: { site: { host: "live.example", protocol: "wss" } } });
  for (const [, pointer] of JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    let value: unknown = document;
    for (const step of pointer!.split("/")) value = (value as Record<string, unknown>)[step];
    expect(value, pointer).toBeObject();
  }
  const names = [...CHAT_SIDES.client, ...CHAT_SIDES.server];
  expect(Object.keys(document.components.messages).sort()).toEqual([...new Set(names)].sort());
  expect(JSON.stringify(document)).not.toContain("$id");
});

test("each example fits its schema, and a wrong one would not", () => {
  for (const { examples } of Object.values(document.components.messages))
    for (const { payload } of examples) expect(faultsOf(payload as { type: string })).toBe("");
  expect(faultsOf({ type: "say" })).toContain("nonce");
  expect(faultsOf({ type: "welcome" })).toContain("protocol");
});

test("the examples of clients' frames are understood, and each answer fits its schema", async () => {
  room.add("one", "two");
  for (const { payload: hello } of document.components.messages.hello!.examples) {
    const one = new Viewer(chat.url(room.channelId));
    await one.opened;
    one.send(hello);
    await one.first("welcome");
    one.send({ type: "ping" });
    await one.first("pong");
    for (const { payload } of document.components.messages.say!.examples) {
      one.send(payload);
      await one.answer((payload as { nonce: string }).nonce);
    }
    one.send({ type: "auth" });
    await one.until(() => one.frames.find((frame) => frame.type === "refused" && frame.code === "bad_message"));
    room.status = { phase: "live", broadcastId: crypto.randomUUID() };
    room.tellStatus();
    await one.until(() => one.frames.find((frame) => frame.type === "status" && frame.phase === "live"));
    const kinds = new Set(one.frames.map(({ type }) => type));
    for (const kind of ["welcome", "refused", "status", "pong"] as const) expect(kinds.has(kind), kind).toBeTrue();
    // The stand-in's people have no ids.
    const plain = (text: string) => text.replace(/"id":"(somebody|tcl_pat_…)"/g, `"id":"${crypto.randomUUID()}"`);
    for (const frame of one.frames) expect(faultsOf(JSON.parse(plain(JSON.stringify(frame))))).toBe("");
    one.ws.close();
  }
});
