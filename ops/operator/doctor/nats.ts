// Checks of NATS: version, limits, users and round trip time.

import { connect } from "node:net";
import { systemClock as clock } from "#runtime/base/clock.ts";
import type { Bus } from "#runtime/bus/bus.ts";
import { atMost, type Check, fault, ok, warning, withoutUsers } from "./check.ts";

const ANSWER_WITHIN_MS = 2_000;
const PAYLOAD_MIN = 1024 * 1024;
const TRIES = 20;

/** `monitorUrl`: NATS' HTTP monitoring port; null when unknown. */
export async function natsChecks({
  url,
  bus,
  monitorUrl,
}: {
  url: string;
  bus: Bus;
  monitorUrl: string | null;
}): Promise<Check[]> {
  const servers = await Promise.all(url.split(",").map(serverChecks));
  return [...servers.flat(), await roundTrip(bus), ...(monitorUrl ? await monitored(monitorUrl) : [])];
}

/** Checks of one server of the cluster. */
async function serverChecks(url: string, index: number, all: string[]): Promise<Check[]> {
  const which = all.length === 1 ? "" : ` ${index + 1} of ${all.length}`;
  const greeted = await greeting(url).catch((error: Error) => error);
  if (greeted instanceof Error)
    return [fault("nats", `server${which}`, "does not answer", "start it; a cluster works without it meanwhile")];
  const { version, max_payload: payload, auth_required: hasUsers = false } = greeted;
  const old = Number(version.split(".")[0]) < 2 || (version.startsWith("2.") && Number(version.split(".")[1]) < 9);
  return [
    old
      ? warning("nats", `server${which}`, version, "use 2.9 or newer: older versions are not tested")
      : ok("nats", `server${which}`, version),
    payload < PAYLOAD_MIN
      ? fault(
          "nats",
          `max_payload${which}`,
          `${payload} bytes`,
          "set max_payload to 1MB: a batch of 200 chat lines must fit",
        )
      : ok("nats", `max_payload${which}`, `${payload} bytes`),
    hasUsers
      ? ok("nats", `users${which}`, "connections without a user are refused")
      : withoutUsers("nats", "everyone who reaches it may publish and subscribe to everything"),
  ];
}

interface Greeting {
  version: string;
  max_payload: number;
  /** Absent means false. */
  auth_required?: boolean;
}

/** The INFO line that a server sends first. The password in `url` is not sent. */
function greeting(url: string): Promise<Greeting> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port || 4222) });
    let text = "";
    const end = (act: () => void) => {
      socket.destroy();
      act();
    };
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(() => reject(new Error("no INFO line"))));
    socket.on("error", (error) => end(() => reject(error)));
    socket.on("data", (data) => {
      text += data.toString("utf8");
      const line = /^INFO (\{.*\})\s*\r\n/.exec(text)?.[1];
      if (line) end(() => resolve(JSON.parse(line)));
    });
  });
}

async function roundTrip(bus: Bus): Promise<Check> {
  await bus.flush();
  const took: number[] = [];
  for (let i = 0; i < TRIES; i++) {
    const startMs = clock.monoMs();
    await bus.flush();
    took.push(clock.monoMs() - startMs);
  }
  took.sort((a, b) => a - b);
  const [median, worst] = [took[TRIES / 2]!, took.at(-1)!];
  const found = `median ${median.toFixed(1)} ms, worst ${worst.toFixed(1)} ms of ${TRIES}`;
  return atMost("nats", "round trip", {
    value: median,
    found,
    warnOver: 10,
    faultOver: 500,
    todo: "every call to a channel takes this long: is the machine busy or the server far away?",
  });
}

interface Varz {
  connections: number;
  max_connections: number;
  slow_consumers: number;
  uptime: string;
}

async function monitored(url: string): Promise<Check[]> {
  const response = await fetch(`${url}/varz`, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const { connections, max_connections: most, slow_consumers: slow, uptime } = (await response.json()) as Varz;
  const todo = "raise max_connections: each edge and actor node uses one";
  return [
    atMost("nats", "connections", {
      value: connections / most,
      found: `${connections} of ${most}, up ${uptime}`,
      warnOver: 0.7,
      faultOver: 0.95,
      todo,
    }),
    slow > 0
      ? warning(
          "nats",
          "slow consumers",
          `${slow} since it started`,
          "an edge or node did not read for seconds and was disconnected: look for load or pauses",
        )
      : ok("nats", "slow consumers", "none since it started"),
  ];
}
