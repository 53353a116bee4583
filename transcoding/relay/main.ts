// A relay: live media to viewers and from publishers by WebRTC. It reads packets of strangers, so it has no secrets and asks no store; edges
// decide who may watch and publish, and give it the media.

import { systemClock as clock, every } from "#runtime/base/clock.ts";
import { createLog, reason } from "#runtime/base/log.ts";
import { collectProcessMetrics } from "#runtime/base/metrics.ts";
import { systemRandom as random } from "#runtime/base/random.ts";
import { configOrExit } from "#runtime/config/reader.ts";
import { readRelayConfig } from "#runtime/config/relay.ts";
import { systemProcesses as processes } from "#runtime/process/process-bun.ts";
import { startWatchdog } from "#runtime/process/watchdog.ts";
import { EncoderRoom } from "./channel/encoder-room.ts";
import { RelayChannels } from "./channel/relay-channels.ts";
import type { RtcEngine } from "./engine.ts";
import { createDataChannelEngine } from "./engine-datachannel.ts";
import { dialWebSocket as dial } from "./live/live-client.ts";
import { BODY_BYTES_MAX, relayHandler } from "./server.ts";
import { Sessions } from "./sessions.ts";
import { whepOpener } from "./whep/open-whep.ts";
import { whipOpener } from "./whip/open-whip.ts";

const TICK_MS = 1_000;
/** Longer than it takes to choose a rendition and start an encoder. */
const IDLE_S = 30;
/** Until viewers have been told that their sessions are over. */
const FAREWELL_MS = 300;
const STOP_WITHIN_MS = 2_000;

const config = configOrExit(readRelayConfig);
const { name, udpPort, bind, publicAddresses, edges, ffmpegPath } = config;
const log = createLog({ name, level: config.logLevel });
process.on("uncaughtException", (error) => {
  log.fatal({ reason: reason(error), stack: error.stack }, "relay broke");
  process.exit(1);
});
// A bug, but no reason to end every session.
process.on("unhandledRejection", (error) => log.error({ reason: reason(error) }, "rejection unhandled"));
collectProcessMetrics();
startWatchdog({ silentMs: config.watchdogMs, fields: { name } });

const engine = engineOrExit();
const room = new EncoderRoom(config.encodersMax);
const channels = new RelayChannels({ clock, log, dial, processes, edges, ffmpegPath, room });
const sessions = new Sessions({
  ...{ clock, random, log, sessionsMax: config.sessionsMax, offersPerSecond: config.offersPerSecond },
  openers: {
    whep: whepOpener({ clock, random, log, engine, channels, publicAddresses }),
    whip: whipOpener({ clock, random, log, engine, processes, ffmpegPath, publicAddresses }),
  },
});
let isStopping = false;
const stopTicking = every(clock, TICK_MS, () => {
  const nowMs = clock.monoMs();
  sessions.tick(nowMs);
  channels.tick(nowMs);
});
const handle = relayHandler({
  ...{ sessions, log, about: { ...engine.about, udpPort, bind, publicAddresses } },
  isReady: () => !isStopping,
});
const server = listenOrExit();
log.info({ port: config.port, udpPort, bind, publicAddresses, ...engine.about }, "relay is up");

for (const signal of ["SIGTERM", "SIGINT"] as const)
  process.on(signal, () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    void stop(signal);
  });

async function stop(signal: string) {
  log.info({ signal, sessions: sessions.size }, "relay is leaving");
  clock.timer(STOP_WITHIN_MS, () => process.exit(1));
  sessions.drain();
  await Promise.all([channels.stop(), clock.sleep(FAREWELL_MS)]);
  stopTicking();
  engine.stop();
  await server.stop(true);
  log.info("relay has left");
  process.exit(0);
}

function engineOrExit(): RtcEngine {
  try {
    return createDataChannelEngine({ clock, random, log, udpPort, bind });
  } catch (error) {
    log.fatal({ bind, udpPort, reason: reason(error) }, "cannot listen");
    process.exit(1);
  }
}

function listenOrExit() {
  const { host, port } = config;
  try {
    return Bun.serve({
      hostname: host,
      port,
      idleTimeout: IDLE_S,
      maxRequestBodySize: BODY_BYTES_MAX,
      // Otherwise Bun lets two processes share the port silently.
      ...{ development: false, reusePort: false },
      fetch: handle,
    });
  } catch (error) {
    log.fatal({ host, port, reason: reason(error) }, "cannot listen");
    process.exit(1);
  }
}
