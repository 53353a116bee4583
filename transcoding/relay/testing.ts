// For tests: a relay without a network and without processes.

import { ManualClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { SeededRandom } from "#runtime/base/random.ts";
import { MemoryProcesses } from "#runtime/process/process-memory.ts";
import { EncoderRoom } from "./channel/encoder-room.ts";
import { RelayChannels } from "./channel/relay-channels.ts";
import { audio, h264, offerOf, rtx, video } from "./sdp/testing.ts";
import { relayHandler } from "./server.ts";
import { Sessions } from "./sessions.ts";
import { TestEdge } from "./testing-edge.ts";
import { TestEngine } from "./testing-engine.ts";
import { whepOpener } from "./whep/open-whep.ts";
import { whipOpener } from "./whip/open-whip.ts";

export const CHANNEL = "01890000-0000-7000-8000-000000000001";

/** As Chromium's: three profiles, the first with retransmissions. */
export const OFFER = offerOf([
  video({
    formats: "102 103 104 106",
    lines: [...h264(102, "42e01f"), ...rtx(103, 102), ...h264(104, "4d001f"), ...h264(106, "64001f")],
  }),
  audio(),
]);

interface TestRelayOptions {
  sessionsMax?: number;
  offersPerSecond?: number;
  encodersMax?: number;
}

export function testRelay({ sessionsMax = 10, offersPerSecond = 100, encodersMax = 1 }: TestRelayOptions = {}) {
  const clock = new ManualClock();
  const log = createLog({ name: "test", level: "silent" });
  const random = new SeededRandom(1);
  const edge = new TestEdge();
  const engine = new TestEngine();
  const processes = new MemoryProcesses();
  const channels = new RelayChannels({
    ...{ clock, log, dial: edge.dial, processes, edges: ["http://edge-1:1", "http://edge-2:1"] },
    ...{ ffmpegPath: "ffmpeg", room: new EncoderRoom(encodersMax) },
  });
  const sessions = new Sessions({
    ...{ clock, random, log, sessionsMax, offersPerSecond },
    openers: {
      whep: whepOpener({ clock, random, log, engine, channels, publicAddresses: [] }),
      whip: whipOpener({ clock, random, log, engine, processes, ffmpegPath: "ffmpeg", publicAddresses: [] }),
    },
  });
  let isReady = true;
  const handle = relayHandler({
    ...{ sessions, log, isReady: () => isReady },
    about: { ...engine.about, udpPort: 1, bind: "127.0.0.1", publicAddresses: [] },
  });
  const tick = async (seconds = 1) => {
    for (let second = 0; second < seconds; second++) {
      await clock.settle(1_000, 100);
      sessions.tick(clock.monoMs());
      channels.tick(clock.monoMs());
    }
  };
  return {
    ...{ clock, edge, engine, processes, channels, sessions, tick },
    leave: () => {
      isReady = false;
    },
    request: (method: string, path: string, body?: unknown, type = "application/json") =>
      handle(
        new Request(`http://relay${path}`, {
          method,
          ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
          headers: { "content-type": type },
        }),
      ),
  };
}
