// Which channels the rail shows, and in which order.

import { expect, test } from "bun:test";
import type { ChannelView } from "#schema/api/channels.ts";
import { inPlaces, railChannels } from "./rail-channels.ts";

const channel = (login: string, viewers: number | null, phase = "live") =>
  ({ id: login, login, live: viewers === null ? null : { viewers, phase } }) as ChannelView;
const logins = (channels: ChannelView[]) => channels.map(({ login }) => login);

test("followed channels come live first, by viewers; then what else is live", () => {
  const followed = [channel("off", null), channel("few", 2), channel("many", 30), channel("gone", null)];
  const live = [channel("many", 30), channel("small", 1), channel("big", 900), channel("few", 2)];
  const shown = railChannels(followed, live);
  expect(logins(shown.followed)).toEqual(["many", "few", "off", "gone"]);
  expect(shown.liveCount).toBe(2);
  expect(logins(shown.others)).toEqual(["big", "small"]);
});

test("as many viewers do not change the order from one look to the next", () => {
  const [a, b, c] = [channel("a", 5), channel("b", 5), channel("c", 5)];
  expect(logins(railChannels([], [c!, a!, b!]).others)).toEqual(["a", "b", "c"]);
});

test("a preview is not live", () => {
  const shown = railChannels([channel("own", 1, "preview")], [channel("other", 1, "preview")]);
  expect([logins(shown.followed), shown.liveCount, shown.others]).toEqual([["own"], 0, []]);
});

test("a thousand channels leave twelve of each", () => {
  const many = (name: string, viewers: number | null) =>
    Array.from({ length: 1_000 }, (_, at) => channel(`${name}${at}`, viewers));
  const shown = railChannels(many("off", null), many("live", 1));
  expect([shown.followed.length, shown.others.length]).toEqual([12, 12]);
});

test("while the same channels are shown, each keeps its place and gets its newest number", () => {
  const shown = railChannels([channel("mine", 9)], [channel("big", 30), channel("small", 2)]);
  const fresh = railChannels([channel("mine", 1)], [channel("small", 40), channel("big", 31)]);
  expect(logins(fresh.others)).toEqual(["small", "big"]);
  const kept = inPlaces(shown, fresh)!;
  expect(kept.others.map(({ login, live }) => [login, live?.viewers])).toEqual([
    ["big", 31],
    ["small", 40],
  ]);
  expect(kept.followed[0]!.live!.viewers).toBe(1);
});

test("when a channel came, went or ended, all get new places", () => {
  const shown = railChannels([channel("mine", 9)], [channel("big", 30)]);
  const later = [
    railChannels([channel("mine", 9)], [channel("big", 30), channel("new", 1)]),
    railChannels([channel("mine", 9)], []),
    railChannels([channel("mine", null)], [channel("big", 30)]),
    railChannels([channel("other", 9)], [channel("big", 30)]),
  ];
  expect(later.map((fresh) => inPlaces(shown, fresh))).toEqual([null, null, null, null]);
});
