// For tests: a second reading of RFC 6184, as a receiver does it.

/** The units in payloads of whole pictures, in order. Throws where a piece is missing. */
export function unitsOf(all: Uint8Array[]): Uint8Array[] {
  const units: Uint8Array[] = [];
  let pieces: Uint8Array[] | null = null;
  for (const payload of all) {
    const type = payload[0]! & 31;
    if (type === 24) {
      for (let at = 1; at < payload.length; ) {
        const length = (payload[at]! << 8) | payload[at + 1]!;
        units.push(payload.slice(at + 2, at + 2 + length));
        at += 2 + length;
      }
    } else if (type === 28) {
      const [begins, ends] = [(payload[1]! & 0x80) !== 0, (payload[1]! & 0x40) !== 0];
      if ((begins && ends) || (pieces === null) !== begins) throw new Error("pieces of a unit that do not fit");
      pieces ??= [Uint8Array.of((payload[0]! & 0xe0) | (payload[1]! & 31))];
      pieces.push(payload.slice(2));
      if (!ends) continue;
      units.push(Uint8Array.from(Buffer.concat(pieces)));
      pieces = null;
    } else units.push(payload.slice());
  }
  if (pieces) throw new Error("a unit without its end");
  return units;
}
