// A text in parts: those that were found in it, and what is between them.

interface Mark {
  /** Code points; `to` exclusive. */
  from: number;
  to: number;
}

export interface Part {
  text: string;
  isMarked: boolean;
}

/** Marks may overlap and come in any order; what is beyond the text is ignored. No part is empty. */
export function markedParts(text: string, marks: readonly Mark[]): Part[] {
  const points = [...text];
  const isMarked = new Array<boolean>(points.length).fill(false);
  for (const { from, to } of marks) isMarked.fill(true, Math.max(0, from), Math.max(0, to));
  const parts: Part[] = [];
  for (const [at, point] of points.entries()) {
    const last = parts.at(-1);
    if (last && last.isMarked === isMarked[at]) last.text += point;
    else parts.push({ text: point, isMarked: isMarked[at]! });
  }
  return parts;
}
