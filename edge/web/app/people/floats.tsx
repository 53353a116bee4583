// Where the menu of a line and the card of its author open. Their code is loaded when the pointer comes near, or at the first use.

import { lazyPart } from "../ui/lazy.tsx";
import { type FloatProps, float } from "./float.ts";

const LazyMenu = lazyPart<FloatProps>(async () => (await import("./line-floats.tsx")).LineMenu);
const LazyCard = lazyPart<FloatProps>(async () => (await import("./line-floats.tsx")).ChatPerson);

export const preloadFloats = () => LazyMenu.preload();

export function Floats({ channel, room }: Pick<FloatProps, "channel" | "room">) {
  if (!float.value) return null;
  const { kind, line, opener } = float.value;
  const Shown = kind === "menu" ? LazyMenu : LazyCard;
  return <Shown key={`${kind} ${line.id}`} channel={channel} room={room} line={line} opener={opener} />;
}
