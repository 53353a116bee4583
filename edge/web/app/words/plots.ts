// The words of plots.

import { once } from "../ui/once.ts";

const clock = once(() => new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" }));

export const words = {
  time: "Time",
  /** `14:03:15` */
  clock: (atMs: number) => clock().format(atMs),
  noFigure: "no figure",
  showAsTable: "Show as table",
  hideTable: "Hide table",
} as const;
