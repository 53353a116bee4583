// The name of an uploaded file as a title. It is a text and nothing else: it never becomes a path, a key, an argument or a raw header.

import { asOneLine, showsSomething } from "./visible-text.ts";

export const TITLE_LENGTH_MAX = 140;
export const UNTITLED = "Untitled";
/** Of what the uploader's machine calls the file, in UTF-16 units. */
export const FILE_NAME_LENGTH_MAX = 1_024;

/** The end of a name that tells its kind. Not `.ts`, with which other things end too. */
const EXTENSION =
  /\.(?:3gp|asf|avi|flv|gif|jpe?g|m2ts|m4v|mkv|mov|mp4|mpe?g|mts|mxf|ogg|ogm|ogv|png|qt|vob|webm|webp|wmv)$/i;
/** They reorder the text around them (UAX #9). */
const DIRECTIONS = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const CONTROLS = /\p{Cc}/gu;

/** What is stored of a name, whatever is in it: composed (NFC), without half characters and controls. */
export const storedFileName = (name: string): string =>
  name.toWellFormed().replace(CONTROLS, " ").slice(0, FILE_NAME_LENGTH_MAX).toWellFormed();

/** A title of at most TITLE_LENGTH_MAX code points, cut between characters as people see them. `Untitled` when nothing is to be seen. */
export const titleOfFile = (name: string): string =>
  titleOf(oneLine(name.split(/[/\\]/).at(-1)!).replace(EXTENSION, ""));

/** The same of a title that somebody has written. */
export function titleOf(text: string): string {
  const title = cutAt(oneLine(text).trim(), TITLE_LENGTH_MAX);
  return showsSomething(title) ? title : UNTITLED;
}

const oneLine = (text: string) =>
  asOneLine(text.toWellFormed().normalize("NFC")).replace(CONTROLS, "").replace(DIRECTIONS, "");

const characters = new Intl.Segmenter("en", { granularity: "grapheme" });

function cutAt(text: string, lengthMax: number): string {
  let cut = "";
  for (const { segment } of characters.segment(text)) {
    if ([...cut].length + [...segment].length > lengthMax) break;
    cut += segment;
  }
  return cut;
}
