// A pull that nobody packages: the newest seconds of a source wait for who takes it over, and are sent first.
//
//   keeping ──take──► sending what was kept ──► passing on what comes

import type { Clock } from "#runtime/base/clock.ts";
import type { RtmpMessage } from "../rtmp/message.ts";
import type { PullEnd, RtmpConnect, RtmpPull, RtmpPullOptions } from "../rtmp/pull.ts";
import { TagRing } from "./tag-ring.ts";

/** Longer than it takes to replace the owner of a channel, whatever has happened to it, and a group of pictures. */
const KEEP_MS = 15_000;
/** Of one source: 15 s at 12 Mbit/s. */
const KEPT_BYTES_MAX = 24 * 1024 * 1024;
/** Sent without a break. Other sources may be taken over at the same time. */
const SENT_AT_ONCE = 200;
const STARTED = "NetStream.Play.Start";

interface KeptPullOptions {
  connect: RtmpConnect;
  clock: Clock;
  /** As RtmpPullOptions.url. */
  url: string;
  /** The pull is over, and nobody had taken it. Not called after `close`. */
  onClose(): void;
}

/** Throws TypeError for an address that is not RTMP. */
export class KeptPull {
  readonly #ring = new TagRing({ keepMs: KEEP_MS, bytesMax: KEPT_BYTES_MAX });
  readonly #pull: RtmpPull;
  #started = false;
  #over = false;
  #taker: RtmpPullOptions | null = null;
  /** What the taker has not got yet. Null: it gets each message as it comes. */
  #waiting: RtmpMessage[] | null = null;
  #cancelSending = () => {};

  constructor(private readonly options: KeptPullOptions) {
    const { connect, clock, url } = options;
    this.#pull = connect({
      url,
      onMessage: (message) => this.#came({ ...message, arrivedMs: clock.monoMs() }),
      onStatus: (code, description) => this.#status(code, description),
      onClose: (why, how) => this.#ended(why, how),
    });
    if (this.#over) this.#pull.close();
  }

  get bytes() {
    return this.#ring.bytes;
  }

  /** False: it has not been accepted, or is over. Then it cannot be taken. */
  get stands() {
    return this.#started && !this.#over;
  }

  /** From now on it is the taker's: it gets what was kept since `taker.since`, and all that comes. Once. */
  take(taker: RtmpPullOptions): RtmpPull {
    this.#taker = taker;
    this.#waiting = this.#ring.since(taker.since ?? null);
    this.#ring.clear();
    this.#cancelSending = this.options.clock.timer(0, () => {
      taker.onStatus(STARTED, "");
      this.#send();
    });
    return { close: () => this.close() };
  }

  /** May be called twice. */
  close() {
    this.#over = true;
    this.#cancelSending();
    this.#waiting = null;
    this.#ring.clear();
    this.#pull.close();
  }

  #came(message: RtmpMessage & { arrivedMs: number }) {
    if (this.#over) return;
    if (this.#waiting) this.#waiting.push(message);
    else if (this.#taker) this.#taker.onMessage(message);
    else this.#ring.push(message);
  }

  #status(code: string, description: string) {
    if (this.#over) return;
    this.#started ||= code === STARTED;
    this.#taker?.onStatus(code, description);
  }

  #ended(why: string, how?: PullEnd) {
    if (this.#over) return;
    this.#over = true;
    if (!this.#taker) return this.options.onClose();
    this.#sendAll();
    this.#cancelSending();
    this.#taker.onClose(why, how);
  }

  #send() {
    this.#sendSome();
    if (this.#waiting?.length === 0) this.#waiting = null;
    else if (this.#waiting) this.#cancelSending = this.options.clock.timer(0, () => this.#send());
  }

  #sendSome() {
    for (const message of this.#waiting?.splice(0, SENT_AT_ONCE) ?? []) {
      // It may close the pull in the midst of it.
      if (this.#waiting === null) return;
      this.#taker?.onMessage(message);
    }
  }

  #sendAll() {
    while (this.#waiting && this.#waiting.length > 0) this.#sendSome();
  }
}
