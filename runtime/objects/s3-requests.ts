// Requests to an S3 server: bounded, measured, and with our errors.

import { createHash } from "node:crypto";
import type {
  $Command,
  S3Client,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes,
} from "@aws-sdk/client-s3";
import type { Clock } from "../base/clock.ts";
import type { ObjectStoreConfig } from "../config/objects.ts";
import { requestSeconds } from "./metrics.ts";
import { ObjectMissing, ObjectsAway } from "./objects.ts";
import { createPresigner } from "./presign.ts";
import { RequestBounds } from "./request-bounds.ts";
import { createClient } from "./s3-client.ts";
import { objectError } from "./s3-errors.ts";

/** For an answer, and for all of a body that is read at once. */
const ANSWER_WITHIN_MS = 15_000;
/** More for what is sent: a slower line counts as none. */
const SENT_BYTES_PER_SECOND_MIN = 64 * 1024;
/** Codes of a kept connection that the server had closed before our request arrived. */
const DEAD_CONNECTION = ["ECONNRESET", "EPIPE"];

type Command<I extends ServiceInputTypes, O extends ServiceOutputTypes> = $Command<
  I,
  O,
  S3ClientResolvedConfig,
  ServiceInputTypes,
  ServiceOutputTypes
>;
type Send = <I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: Command<I, O>) => Promise<O>;
type Hold = (until: Promise<unknown>) => void;

interface RequestOptions {
  sentBytes?: number;
  withinMs?: number;
  /** Is sent once more when a kept connection turns out to be dead. Default true. */
  repeatable?: boolean;
}

export class S3Requests {
  readonly clock: Clock;
  readonly bucket: string;
  /** Signs an address at the public endpoint. */
  readonly sign: ReturnType<typeof createPresigner>;
  readonly #client: S3Client;
  readonly #bounds: RequestBounds;

  constructor({ config, clock }: { config: ObjectStoreConfig; clock: Clock }) {
    this.clock = clock;
    this.bucket = config.bucket;
    this.#client = createClient(config);
    this.#bounds = new RequestBounds(clock);
    this.sign = createPresigner(config);
  }

  /** Sends one command. `request` is its name in metrics. Throws our errors. */
  send<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    request: string,
    command: Command<I, O>,
    options: RequestOptions = {},
  ): Promise<O> {
    return this.run(request, options, (send) => send(command));
  }

  /** Like `send`, for work that goes on with the answer's body. `hold` keeps the connection counted while it does. */
  async run<T>(
    request: string,
    { sentBytes = 0, withinMs = ANSWER_WITHIN_MS, repeatable = true }: RequestOptions,
    work: (send: Send, hold: Hold) => Promise<T>,
  ): Promise<T> {
    const fromMs = this.clock.monoMs();
    const note = (outcome: string) =>
      requestSeconds.observe({ request, outcome }, (this.clock.monoMs() - fromMs) / 1_000);
    const bounds = {
      kind: READS.includes(request) ? ("read" as const) : ("write" as const),
      withinMs: withinMs + (sentBytes / SENT_BYTES_PER_SECOND_MIN) * 1_000,
    };
    try {
      const outcome = await this.#bounds.run(bounds, ({ signal, hold }) => {
        const once: Send = (command) => this.#client.send(command, { abortSignal: signal });
        const send: Send = (command) =>
          once(command).catch((error: NodeJS.ErrnoException) => {
            if (!repeatable || !DEAD_CONNECTION.includes(error.code ?? "")) throw error;
            return once(command);
          });
        return work(send, hold);
      });
      note("ok");
      return outcome;
    } catch (error) {
      const ours = objectError(error);
      note(ours instanceof ObjectsAway ? "away" : ours instanceof ObjectMissing ? "missing" : "refused");
      throw ours;
    }
  }

  /** Adds a header that is signed. */
  setHeader<I extends ServiceInputTypes, O extends ServiceOutputTypes>(
    command: Command<I, O>,
    name: string,
    value: string | ((body: string) => string),
  ) {
    command.middlewareStack.add(
      (next) => (args) => {
        const { headers, body } = args.request as { headers: Record<string, string>; body: string };
        headers[name] = typeof value === "string" ? value : value(body);
        return next(args);
      },
      { step: "build", name: `header-${name}` },
    );
  }

  /** Some servers still want it for a list of objects to delete. */
  addContentMd5<I extends ServiceInputTypes, O extends ServiceOutputTypes>(command: Command<I, O>) {
    this.setHeader(command, "content-md5", (body) => createHash("md5").update(body).digest("base64"));
  }

  stop() {
    this.#client.destroy();
  }
}

const READS = ["get", "open", "look", "list", "uploads.parts", "uploads.pending"];
