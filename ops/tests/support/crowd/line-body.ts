// The bodies of a load's lines: who said it, the how manieth of theirs, and when.

/** Code points of an ordinary line. */
const ORDINARY_LENGTH = 60;

export interface SaidLine {
  speaker: number;
  /** From 1, in the order of saying. */
  number: number;
  /** Wall time, with fractions. */
  sentMs: number;
}

/** Wall time in ms that never jumps, and that processes of one machine share. */
export const nowMs = () => performance.timeOrigin + performance.now();

/** `length`: in code points; above that of an ordinary line it is filled with the longest ones. */
export const lineBody = ({ speaker, number, sentMs }: SaidLine, length = ORDINARY_LENGTH) =>
  `load ${speaker} ${number} ${sentMs.toFixed(1)} `.padEnd(ORDINARY_LENGTH, "lorem ipsum dolor sit amet ") +
  "🦊".repeat(length - ORDINARY_LENGTH);

const BODY = /^load (\d+) (\d+) (\d+\.\d) /;

/** Null: not a line of a load. */
export function readLineBody(body: string): SaidLine | null {
  const [, speaker, number, sentMs] = BODY.exec(body) ?? [];
  return speaker === undefined ? null : { speaker: Number(speaker), number: Number(number), sentMs: Number(sentMs) };
}
