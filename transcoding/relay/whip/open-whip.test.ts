// A session by WHIP at the relay's port, with a made-up library: its offer, what it says of itself, and its ends.

import { afterEach, expect, test } from "bun:test";
import type { OpenedRelaySession, RelayStatus } from "#schema/wire/relay.ts";
import { startTarget } from "../../restream/testing-target.ts";
import { audio, h264, offerOf, opus, rtx, video } from "../sdp/testing.ts";
import { CHANNEL, testRelay } from "../testing.ts";
import { keyUnits, rtpBytes, TestSender } from "./testing-publisher.ts";

const undo: (() => unknown)[] = [];
afterEach(async () => {
  for (const one of undo.splice(0).reverse()) await one();
});

const SENDER = { direction: "sendonly" } as const;
const OFFER = offerOf([
  video({ ...SENDER, formats: "102 103", lines: [...h264(102, "42e01f"), ...rtx(103, 102)] }),
  audio({ ...SENDER, lines: opus(111) }),
]);
const to = (port: number) => ({ url: `rtmp://127.0.0.1:${port}`, app: "live", name: "once_ticket" });

function relay() {
  const one = testRelay();
  const post = (offer = OFFER, publish: object = to(1)) =>
    one.request("POST", "/sessions", { kind: "whip", channelId: CHANNEL, offer, publish });
  const opened = async (publish?: object) => {
    const response = await post(OFFER, publish);
    if (response.status !== 201) throw new Error(await response.text());
    const { sessionId, answer } = (await response.json()) as OpenedRelaySession;
    return { sessionId, answer, peer: one.engine.last };
  };
  const listed = async () => ((await (await one.request("GET", "/sessions")).json()) as RelayStatus).sessions;
  return { ...one, post, opened, listed };
}
const codeOf = async (response: Response) => [response.status, ((await response.json()) as { code: string }).code];

test("the answer receives alone, in stereo, and the session is listed", async () => {
  const { opened, listed } = relay();
  const { sessionId, answer, peer } = await opened();
  expect(peer.options.direction).toBe("receive");
  expect(answer.match(/a=(?:recvonly|sendrecv|sendonly)/g)).toEqual(["a=recvonly", "a=recvonly"]);
  expect(answer).toContain("stereo=1");
  expect(await listed()).toMatchObject([
    { id: sessionId, kind: "whip", channelId: CHANNEL, rendition: null, connected: false, bytes: 0 },
  ]);
  peer.enter("connected");
  peer.hear(peer.video, rtpBytes({ payloadType: 102, payload: new Uint8Array(100) }));
  expect(await listed()).toMatchObject([{ connected: true, bytes: 112 }]);
});

test("what cannot be taken is refused before the library sees it", async () => {
  const { post, engine } = relay();
  const viewer = offerOf([video({ formats: "102", lines: h264(102, "42e01f") })]);
  expect(await codeOf(await post(viewer))).toEqual([406, "sdp_unacceptable"]);
  expect(await codeOf(await post(offerOf([audio({ ...SENDER, lines: opus(111) })])))).toEqual([
    406,
    "sdp_unacceptable",
  ]);
  expect(await codeOf(await post("nonsense"))).toEqual([400, "sdp_malformed"]);
  expect(await codeOf(await post(OFFER, {}))).toEqual([422, "validation_failed"]);
  expect(engine.peers).toEqual([]);
  engine.refuses = true;
  expect(await codeOf(await post())).toEqual([406, "sdp_unacceptable"]);
});

test("an address that is none leaves nothing behind", async () => {
  const { post, engine, listed } = relay();
  expect(await codeOf(await post(OFFER, { url: "http://127.0.0.1", app: "live", name: "x" }))).toEqual([
    500,
    "internal",
  ]);
  expect([engine.last.closes, await listed()]).toEqual([1, []]);
});

test("a publisher that fails, never connects or is deleted is gone, and its connection is freed", async () => {
  const one = relay();
  const failed = await one.opened();
  failed.peer.enter("connected");
  failed.peer.enter("failed");
  const late = await one.opened();
  await one.tick(11);
  const deleted = await one.opened();
  expect((await one.request("DELETE", `/sessions/${deleted.sessionId}`)).status).toBe(200);
  expect([failed, late, deleted].map(({ peer }) => peer.closes > 0)).toEqual([true, true, true]);
  expect(await one.listed()).toEqual([]);
  expect((await one.request("DELETE", `/sessions/${deleted.sessionId}`)).status).toBe(404);
});

test("a keyframe is published under the one-time name, and what nginx drops is no session any more", async () => {
  const nginx = await startTarget();
  undo.push(() => nginx.close());
  const one = relay();
  const { peer } = await one.opened(to(nginx.port));
  peer.enter("connected");
  const sender = new TestSender({ payloadType: 102, ssrc: 5 });
  for (const packet of sender.picture(keyUnits(), 0)) peer.hear(peer.video, rtpBytes(packet));
  for (let n = 0; n < 500 && !nginx.commands.includes("publish once_ticket"); n++) await Bun.sleep(10);
  await Bun.sleep(50);
  expect(nginx.commands).toContain("publish once_ticket");
  // A keyframe is asked for, by a track that is open.
  expect(peer.tracks.flatMap(({ rtcp }) => rtcp).some((packet) => packet.includes(Buffer.from([0x81, 206])))).toBe(
    true,
  );
  nginx.drop();
  for (let n = 0; n < 500 && peer.closes === 0; n++) await Bun.sleep(10);
  expect([peer.closes > 0, await one.listed()]).toEqual([true, []]);
});

test("a relay that leaves ends its publishers", async () => {
  const one = relay();
  const { peer } = await one.opened();
  one.sessions.drain();
  expect([peer.closes > 0, await one.listed()]).toEqual([true, []]);
  expect(await codeOf(await one.post())).toEqual([503, "busy"]);
});
