// Forwards a running source to a target, over one connection. It begins when the source sends something, and ends with its connection.

import type { SourceInit, SourceTag } from "../intake/source.ts";
import { type ConnectionOptions, openConnection, type TargetConnection } from "./connection.ts";
import { TargetFeed } from "./feed.ts";

interface ForwardOptions extends ConnectionOptions {
  /** The source's newest init; null: nothing to show has come yet. */
  init(): SourceInit | null;
}

export interface Forward {
  /** The next tag of the source. Never waits. */
  tag(tag: SourceTag): void;
  /** Pictures that were left out because the target was behind. */
  readonly droppedFrames: number;
  /** Resolves when nothing is left. Nothing is reported after it. May be called twice. */
  stop(how: "ask" | "kill"): Promise<void>;
}

export function startForward({ init, ...options }: ForwardOptions): Forward {
  let connection: TargetConnection | null = null;
  let feed: TargetFeed | null = null;
  let over = false;

  function open(first: SourceInit): TargetConnection {
    const opened = openConnection({
      ...options,
      onUp() {
        const { publisher } = opened;
        if (over || !publisher) return;
        const sink = {
          get heldBytes() {
            return opened.heldBytes;
          },
          metadata: publisher.metadata,
          media: publisher.media,
        };
        feed = new TargetFeed({ sink, init: () => init() ?? first, encoder: options.encoder });
        options.onUp();
      },
      onEnd(why) {
        over = true;
        options.onEnd(why);
      },
    });
    return opened;
  }

  return {
    tag(tag) {
      if (over) return;
      const known = init();
      if (known) connection ??= open(known);
      feed?.tag(tag);
    },
    get droppedFrames() {
      return feed?.dropped ?? 0;
    },
    async stop(how) {
      over = true;
      await connection?.stop(how);
    },
  };
}
