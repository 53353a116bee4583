// Letters of other scripts that look like Latin ones: a part of UTS #39's table, chosen by hand. Scripts whose ordinary letters happen to
// look like an o or an l (Arabic, Hebrew, Burmese …) are left out. The skeleton of a text is no text: it is compared with skeletons of
// whole words, and never shown or stored.

import type { Folded } from "./fold.ts";

/** By Latin letter: small letters, then capitals. A capital looks like a letter that its small form need not look like. */
const LOOKALIKES: Record<string, string> = {
  a: "ɑαаΑАᎪᗅꓮ",
  b: "ƅьɓƀƃБҌᏏᑲΒВᏴᗷꓐƁ",
  c: "ϲⲥсꮯςȼҫϹⲤСᏟꓚҪ",
  d: "ԁɗɖđðᏧᑯꓒᎠᗞᗪꓓĐÐƉ",
  e: "ꬲеҽɇΕЕⴹᎬꓰɆ",
  f: "ꞙƒϝẝꞘϜᖴꓝƑ",
  g: "ɡցǥɠԌᏀᏳꓖǤ",
  h: "һհɦħћᏂΗⲎНᎻᕼꓧⱧҢĦӉӇ",
  i: "ıɩιіꙇɨΙІӀᏆ",
  j: "ϳјɉͿЈᎫᒍꓙɈ",
  k: "κкƙκΚⲔКᏦꓗⱩҚꝀҞ",
  l: "ǀłɭƚɫӏᏞᒪꓡⳐŁȽ",
  m: "мⅿΜϺⲘМᎷᗰꓟӍ",
  n: "ոռɳƞηпΝⲚꓠƝ",
  o: "οоօσøɵөѳΟⲞОՕꓳØƟӨѲ",
  p: "ρⲣрƥΡⲢРᏢᑭꓑ",
  q: "ԛգզ",
  r: "ꭇꭈᴦɽɼɍᎡᏒᖇꓣ",
  s: "ƽѕʂЅՏᏕᏚꓢ",
  t: "тτƭŧΤⲦТᎢꓔȾƮҬŦ",
  u: "ꭎꭒʋυսՍᑌꓴɄᏌ",
  v: "νѵᏙѴᐯꓦ",
  w: "ɯѡԝաԜᎳᏔꓪѠ",
  x: "хχΧⲬХᕽꓫҲ",
  y: "ɣʏγуүұƴɏΥⲨУҮᎩᎽꓬҰɎ",
  z: "ʐƶȥΖᏃꓜƵȤ",
};
const BY_LETTER = new Map(
  Object.entries(LOOKALIKES).flatMap(([latin, letters]) => [...letters].map((letter) => [letter, latin] as const)),
);

/** The Latin letter that this one looks like; null: none. */
export const lookalikeOf = (letter: string): string | null => BY_LETTER.get(letter) ?? null;

/** The skeleton of a folded text, unit by unit: the same length, the same places. */
export function skeleton(text: string): string {
  let looks = "";
  for (let i = 0; i < text.length; i++) looks += BY_LETTER.get(text[i]!) ?? text[i];
  return looks;
}

/** As `skeleton`, and what was a capital in the original counts as it looked there. */
export function skeletonAsWritten({ text, starts }: Folded, original: string): string {
  let looks = "";
  for (let i = 0; i < text.length; i++) {
    const written = original[starts[i]!] ?? "";
    looks += (written === text[i] ? undefined : BY_LETTER.get(written)) ?? BY_LETTER.get(text[i]!) ?? text[i];
  }
  return looks;
}
