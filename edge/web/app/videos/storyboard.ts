// The small pictures of a video, as WebVTT says where each is in its sheet (W3C WebVTT; Media Fragments §4.2.2).

export interface SmallPicture {
  startMs: number;
  endMs: number;
  /** Address of its sheet. */
  url: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

const CUE = /^(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})\s+-->\s+(?:(\d+):)?(\d\d):(\d\d)\.(\d{3})/;
const PLACE = /^(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)$/;
/** Of ten hours with a picture each 10 s there are 3 600. */
const PICTURES_MAX = 20_000;

/** `base`: the address of the text, to which those of its sheets are relative. What is no cue is left out. */
export function smallPictures(text: string, base: string): SmallPicture[] {
  const pictures: SmallPicture[] = [];
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length && pictures.length < PICTURES_MAX; at++) {
    const times = CUE.exec(lines[at]!);
    const place = times && PLACE.exec(lines[at + 1] ?? "");
    if (!times || !place) continue;
    const [, ...t] = times;
    const [x, y, width, height] = place.slice(2).map(Number) as [number, number, number, number];
    pictures.push({
      ...{ startMs: msOf(t.slice(0, 4)), endMs: msOf(t.slice(4)) },
      ...{ url: new URL(place[1]!, base).href, x, y, width, height },
    });
  }
  return pictures;
}

/** The picture of this moment; null: there is none. */
export function pictureAt(pictures: readonly SmallPicture[], ms: number): SmallPicture | null {
  let [low, high] = [0, pictures.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const one = pictures[middle]!;
    if (ms < one.startMs) high = middle - 1;
    else if (ms >= one.endMs) low = middle + 1;
    else return one;
  }
  return null;
}

function msOf([hours = "0", minutes, seconds, ms]: (string | undefined)[]): number {
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000 + Number(ms);
}
