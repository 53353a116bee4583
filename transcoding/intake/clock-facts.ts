// What the session's clock tells about an encoder: facts with numbers, so few that a bad encoder cannot flood anybody.

export type Kind = "video" | "audio";

/** `byMs`: how far the encoder's timestamps moved against the world; above 0: ahead. */
export type ClockFact =
  /** The timestamps of a track go on from another place. Viewers do not notice. */
  | { fact: "clockJumped"; kind: Kind; byMs: number }
  /** One tag was dated far from its neighbours, and was dated anew. */
  | { fact: "futureFrame"; kind: Kind; byMs: number }
  /** Sound lay this far ahead of the picture by its timestamps (below 0: behind it), and was laid beside it. */
  | { fact: "tracksApart"; byMs: number }
  /** The timestamps of a track cannot be used: they stand still or follow no order. Its tags are dated by arrival. */
  | { fact: "clockStands"; kind: Kind }
  /** Takes `clockStands` back. */
  | { fact: "clockWalks"; kind: Kind }
  /** `speed`: seconds of media that come in a second. Repeated while it lasts. */
  | { fact: "encoderTooSlow"; speed: number }
  | { fact: "encoderTooFast"; speed: number }
  /** Takes `encoderTooSlow` and `encoderTooFast` back. */
  | { fact: "encoderOnTime" };

/** `times`: how often it happened since it was told last, this time included. The numbers are those of the newest. */
export type ToldFact = ClockFact & { times: number };

/** The same fact about the same track is told once in this time. */
const TELL_EVERY_MS = 10_000;

interface Told {
  atMs: number;
  /** The newest that is not told yet, and how many there are. */
  held: ClockFact | null;
  times: number;
}

/** Tells each fact at once, and its repetitions at most every 10 s. Memory: one entry for each fact and track. */
export class ClockFacts {
  readonly #told = new Map<string, Told>();

  constructor(private readonly onFact: (fact: ToldFact) => void) {}

  tell(fact: ClockFact, nowMs: number) {
    const key = "kind" in fact ? `${fact.fact} ${fact.kind}` : fact.fact;
    const told = this.#told.get(key) ?? { atMs: Number.NEGATIVE_INFINITY, held: null, times: 0 };
    this.#told.set(key, told);
    told.held = fact;
    told.times++;
    this.#release(told, nowMs);
  }

  /** Tells what was held back and is due. */
  due(nowMs: number) {
    for (const told of this.#told.values()) if (told.held) this.#release(told, nowMs);
  }

  #release(told: Told, nowMs: number) {
    if (!told.held || nowMs - told.atMs < TELL_EVERY_MS) return;
    const fact = { ...told.held, times: told.times };
    Object.assign(told, { atMs: nowMs, held: null, times: 0 });
    this.onFact(fact);
  }
}
