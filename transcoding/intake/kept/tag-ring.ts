// The newest messages of a source, as they came, for who takes the source over: it begins with a keyframe, and knows the headers of that time.

import { arrivalOf } from "../arrival.ts";
import { MESSAGE, type RtmpMessage } from "../rtmp/message.ts";
import { distance } from "../track.ts";

/** Codec headers and the encoder's description, in the order in which nginx sends them. */
type Headers = Partial<Record<"data" | "video" | "audio", RtmpMessage>>;

/** From a keyframe to the next. */
interface Group {
  /** As they were before it. */
  headers: Headers;
  messages: RtmpMessage[];
  /** Monotonic time at which its keyframe came. */
  atMs: number;
  bytes: number;
}

/** The end of the media that is there already. */
export interface Since {
  /** Monotonic ms, about: what is dated then came a little later. */
  arrivedMs: number;
  /** The encoder's timestamp, 32 bits of ms; null: not known. */
  timestamp: number | null;
}

/** Timestamps are rounded. */
const SAME_MS = 20;

interface TagRingOptions {
  /** What is older is not needed; the group that reaches back so far is kept whole. */
  keepMs: number;
  bytesMax: number;
}

export class TagRing {
  readonly #groups: Group[] = [];
  #headers: Headers = {};
  #bytes = 0;

  constructor(private readonly options: TagRingOptions) {}

  get bytes() {
    return this.#bytes;
  }

  /** `message.arrivedMs` must not go back. */
  push(message: RtmpMessage & { arrivedMs: number }) {
    const kind = kindOf(message);
    if (kind === "keyframe") {
      this.#groups.push({ headers: this.#headers, messages: [], atMs: message.arrivedMs, bytes: 0 });
      this.#trim(message.arrivedMs);
    } else if (kind !== "media") this.#headers = { ...this.#headers, [kind]: message };
    const group = this.#groups.at(-1);
    if (!group) return;
    group.messages.push(message);
    group.bytes += message.body.length;
    this.#bytes += message.body.length;
    while (this.#bytes > this.options.bytesMax) this.#drop();
  }

  /** The headers, and all messages from the last keyframe on that is not after `since`; from the first one that is kept, where that is later.
   *  Null: from the newest keyframe on. */
  since(since: Since | null): RtmpMessage[] {
    const at = Math.max(
      0,
      this.#groups.findLastIndex(({ atMs, messages: [keyframe] }) => {
        if (!since) return true;
        const { timestamp, arrivedMs } = since;
        return timestamp === null ? atMs <= arrivedMs : distance(timestamp, keyframe!.timestamp) <= SAME_MS;
      }),
    );
    const [first, ...more] = this.#groups.slice(at);
    const { data, video, audio } = first?.headers ?? this.#headers;
    const headers = [data, video, audio].flatMap((message) => message ?? []);
    return [...headers, ...(first?.messages ?? []), ...more.flatMap(({ messages }) => messages)];
  }

  /** What was kept is over: what comes next does not follow it. */
  clear() {
    this.#groups.length = 0;
    this.#headers = {};
    this.#bytes = 0;
  }

  #trim(nowMs: number) {
    while (this.#groups.length > 1 && this.#groups[1]!.atMs <= nowMs - this.options.keepMs) this.#drop();
  }

  #drop() {
    this.#bytes -= this.#groups.shift()?.bytes ?? this.#bytes;
  }
}

function kindOf(message: RtmpMessage): keyof Headers | "keyframe" | "media" {
  if (message.type === MESSAGE.data) return "data";
  const arrival = arrivalOf(message, 0);
  if (arrival?.tag.kind === "header") return arrival.kind;
  return arrival?.tag.kind === "picture" && arrival.kind === "video" && arrival.tag.marked ? "keyframe" : "media";
}
