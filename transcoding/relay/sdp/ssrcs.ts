// The sources that a publisher names in a section (RFC 5576). A publisher with simulcast names none.

import { type Section, valuesOf } from "./description.ts";

export interface Ssrcs {
  media: number[];
  /** Of retransmissions (`ssrc-group:FID`). */
  rtx: number[];
}

/** One source with its retransmissions; more are layers of simulcast, of which the first is the largest. */
const SOURCES_MAX = 8;
const SSRC_MAX = 0xffff_ffff;
const SSRC = /^(\d{1,10})(?: |$)/;
const FID = /^FID (\d{1,10}) (\d{1,10})$/;

export function ssrcsOf(section: Section): Ssrcs {
  const named = valuesOf(section, "ssrc").flatMap((value) => numberIn(SSRC.exec(value)?.[1]));
  const pairs = valuesOf(section, "ssrc-group").map((value) => FID.exec(value));
  const rtx = new Set(pairs.flatMap((pair) => numberIn(pair?.[2])));
  const all = [...new Set(named)].slice(0, SOURCES_MAX);
  return { media: all.filter((ssrc) => !rtx.has(ssrc)), rtx: all.filter((ssrc) => rtx.has(ssrc)) };
}

function numberIn(text: string | undefined): number[] {
  const number = Number(text ?? Number.NaN);
  return number > 0 && number <= SSRC_MAX ? [number] : [];
}
