// The head start of a watch page: its media are on their way to the screen before the code that draws the page is read.

import { after } from "../../clock.ts";
import { isMoving } from "../buffered.ts";
import { Engine } from "../engine.ts";
import { wantedLatency } from "../latency-mode.ts";
import { preloadPlayer } from "../preload-player.ts";
import { makeVideo } from "../video-element.ts";
import { type EarlyMedia, earlyMediaOf } from "./media.ts";

/** The page waits for the first media no longer than this: reading and drawing it keeps the only thread busy for as long. */
const PAGE_WAITS_MS_MAX = 250;

export interface HeadStart {
  early: EarlyMedia;
  /** Plays already, on an element that is in no document yet. Null: nothing is on air, or that was not known in time. */
  engine: Engine | null;
}

let begun: (HeadStart & { login: string }) | null = null;

/** Resolves when the page should be drawn: there is media to show, there is none, or it takes long. Never rejects. */
export function beginHeadStart(login: string): Promise<void> {
  const start: typeof begun = { login, early: earlyMediaOf(login), engine: null };
  begun = start;
  const asked = wantedLatency(window.location.search);
  preloadPlayer(asked);
  const { picture } = start.early;
  const play = () => {
    start.engine = new Engine(picture?.video ?? makeVideo(), { picture, asked });
    void start.engine.load(start.early.url, start.early);
    return start.engine;
  };
  if (picture && isMoving(picture.video)) {
    play();
    return Promise.resolve();
  }
  return new Promise((done) => {
    after(PAGE_WAITS_MS_MAX, done);
    void start.early.isOnAir.then((isOnAir) => {
      if (!isOnAir) return done();
      if (begun !== start) return; // The page was drawn meanwhile, and has a player of its own.
      play().hasMedia.subscribe((hasMedia) => hasMedia && done());
    });
  });
}

/** What began for this channel, once; else it begins now, without an engine. The caller stops both. */
export function takeHeadStart(login: string): HeadStart {
  const taken = begun?.login === login ? begun : null;
  begun = null;
  return taken ?? { early: earlyMediaOf(login), engine: null };
}
