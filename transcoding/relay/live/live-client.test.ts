import { expect, test } from "bun:test";
import { ManualClock } from "#runtime/base/clock.ts";
import { liveClose } from "#schema/wire/live-stream.ts";
import { fragmentOf, headOf, TestEdge } from "../testing-edge.ts";
import { LiveClient } from "./live-client.ts";

const EDGES = ["http://10.0.0.1:3001", "http://10.0.0.2:3001", "http://10.0.0.3:3001"];

function start({ firstEdge = 0, edges = EDGES } = {}) {
  const clock = new ManualClock();
  const edge = new TestEdge();
  const told: string[] = [];
  const client = new LiveClient({
    ...{ clock, dial: edge.dial, edges, firstEdge, channelId: "c1", rendition: "source" },
    events: {
      renditions: (list) => told.push(`renditions ${list.map(({ name }) => name)}`),
      head: (head) => told.push(`head ${head.epoch}`),
      fragment: ({ key }) => told.push(key ? "key" : "picture"),
      over: (why) => told.push(why),
    },
  });
  return { clock, edge, told, client, hosts: () => edge.sockets.map(({ url }) => url.hostname) };
}

test("heads, init segments and fragments come out in order; what comes before a head is nothing", () => {
  const { edge, told } = start();
  expect(edge.last.url.href).toBe("ws://10.0.0.1:3001/live/c1/live.ws?rendition=source");
  edge.last.open();
  edge.last.give(fragmentOf(0));
  edge.last.say({ type: "renditions", renditions: [{ name: "source", bandwidth: 1, width: 2, height: 2 }] });
  edge.last.say({ type: "waiting" });
  edge.last.begin();
  edge.last.pictures(0, 2);
  expect(told).toEqual(["renditions source", "head 1", "key", "picture", "picture"]);
});

test("an edge that dies is followed by the next one, soon, and one that leaves at once", async () => {
  const { clock, edge, hosts } = start();
  edge.last.open();
  edge.last.end(1006);
  await clock.settle(100);
  edge.last.open();
  edge.last.begin();
  edge.last.pictures(0, 1);
  edge.last.end(liveClose.goingAway);
  await clock.settle(100);
  expect(hosts()).toEqual(["10.0.0.1", "10.0.0.2", "10.0.0.3"]);
});

test("a connection that does not open in 2 s is given up for another edge", async () => {
  const { clock, edge, hosts } = start({ firstEdge: 2 });
  const hung = edge.last;
  await clock.settle(2_200);
  expect(hosts()).toEqual(["10.0.0.3", "10.0.0.1"]);
  expect(hung.isClosed).toBe(true);
  // What it says later is not heard.
  hung.end(1006);
  expect(hosts()).toHaveLength(2);
});

test("silence makes it look at another edge, ever more seldom while the encoder is away", async () => {
  const { clock, edge } = start();
  const opened: number[] = [];
  edge.onDial = (socket) => {
    opened.push(clock.monoMs());
    socket.open();
  };
  await clock.settle(120_000, 50);
  const waits = opened.slice(1).map((ms, i) => Math.round((ms - opened[i]!) / 1_000));
  expect(waits.slice(0, 5)).toEqual([4, 8, 16, 33, 33]);
});

test("the end of the broadcast is told once, however it comes", () => {
  for (const end of [
    (one: ReturnType<typeof start>) => one.edge.last.say({ type: "ended" }),
    (one: ReturnType<typeof start>) => one.edge.last.end(1000),
    (one: ReturnType<typeof start>) => one.edge.last.end(liveClose.channelGone),
  ]) {
    const one = start();
    one.edge.last.open();
    end(one);
    one.edge.last.end(1000);
    expect(one.told).toEqual(["ended"]);
  }
});

test("without an edge for 10 s nothing can come", async () => {
  const { clock, edge, told } = start();
  edge.onDial = (socket) => socket.end(1002);
  edge.last.end(1002);
  await clock.settle(9_000, 50);
  expect(told).toEqual([]);
  await clock.settle(3_000, 50);
  expect(told).toEqual(["unreachable"]);
  const dialled = edge.sockets.length;
  await clock.settle(20_000, 50);
  expect(edge.sockets.length).toBe(dialled);
});

test("stopped, it dials no more", async () => {
  const { clock, edge, client } = start();
  edge.last.open();
  client.stop();
  expect(edge.last.isClosed).toBe(true);
  await clock.settle(60_000, 100);
  expect(edge.sockets).toHaveLength(1);
  expect(clock.waiting).toBe(0);
});

test("a head for another rendition is passed on as it is", () => {
  const { edge, told } = start();
  edge.last.open();
  edge.last.begin(headOf({ rendition: "480p", epoch: 7 }));
  expect(told).toEqual(["head 7"]);
});
