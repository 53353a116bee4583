// Whether a file is one of the four kinds of pictures that are taken, by its first bytes: neither its name nor its declared type is believed.

/** By the signature at the file's start: JPEG (T.81 §B.1.1.3), PNG (W3C PNG §5.2), GIF (GIF89a §17), WebP (RFC 9649 §2.4). */
export function isPicture(file: Uint8Array): boolean {
  return SIGNATURES.some((parts) => parts.every(({ at, bytes }) => bytes.every((byte, i) => file[at + i] === byte)));
}

const part = (at: number, ...words: (string | number)[]) => ({
  at,
  bytes: words.flatMap((word) => (typeof word === "number" ? [word] : [...word].map((letter) => letter.charCodeAt(0)))),
});

const SIGNATURES = [
  [part(0, 0xff, 0xd8, 0xff)],
  [part(0, 0x89, "PNG", 13, 10, 26, 10)],
  [part(0, "GIF87a")],
  [part(0, "GIF89a")],
  [part(0, "RIFF"), part(8, "WEBP")],
];
