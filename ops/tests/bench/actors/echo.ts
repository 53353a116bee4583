// The baseline as a process: echoes requests, once over the bare `nats` client, once over our bus.

import { connect } from "nats";
import { systemClock } from "#runtime/base/clock.ts";
import { createLog } from "#runtime/base/log.ts";
import { connectNats } from "#runtime/bus/bus-nats.ts";
import { answer, cpuMicros } from "../../support/helper-process.ts";

const url = process.env.BENCH_NATS_URL!;
const connection = await connect({ servers: url, name: "bench-echo", noAsyncTraces: true });
connection.subscribe("bench.echo", { callback: (_, message) => void message.respond(message.data) });
await connection.flush();

const log = createLog({ name: "bench-echo", level: "warn" });
const bus = await connectNats({ url, name: "bench-echo-bus", clock: systemClock, log });
bus.subscribe("bench.bus", (body, respond) => respond(body));
await bus.flush();

answer({ ready: () => true, cpuMicros });
