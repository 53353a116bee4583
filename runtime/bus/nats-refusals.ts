// Subjects that NATS does not permit our user: logged once, counted each time, never fatal.

import type { Log } from "../base/log.ts";
import { Counter } from "../base/metrics.ts";

const refusals = new Counter({
  name: "nats_refusals_total",
  help: "Publications and subscriptions that NATS did not permit to this process's user, and connections that it refused",
  labelNames: ["operation"],
});
for (const operation of ["publish", "subscription", "sign-in"] as const) refusals.inc({ operation }, 0);

/** Kinds of subjects that are logged; further ones are only counted. */
const KINDS_MAX = 100;
const KEY = /(?<=\.)[0-9a-f-]{8,64}(?=\.|$)/g;

export class Refusals {
  readonly #said = new Set<string>();
  #signIn = false;

  constructor(private readonly log: Log) {}

  /** NATS refused a subject. Subjects that differ only in their keys share one log line. */
  permission({ operation, subject }: { operation: string; subject: string }) {
    refusals.inc({ operation });
    const kind = `${operation} ${subject.replace(KEY, "*")}`;
    if (this.#said.has(kind) || this.#said.size >= KINDS_MAX) return;
    this.#said.add(kind);
    this.log.error({ code: "nats_not_permitted", operation, subject }, "nats does not permit this subject");
  }

  /** NATS refused the user or its password. Logged once until the next accepted connection. */
  signIn() {
    refusals.inc({ operation: "sign-in" });
    if (!this.#signIn) this.log.error({ code: "nats_sign_in_refused" }, "nats refuses our user: trying again");
    this.#signIn = true;
  }

  takenIn() {
    this.#signIn = false;
  }
}
