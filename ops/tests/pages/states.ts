// The pages that are looked at, and in which states: who looks, at which address, and what must be there before anything is checked.

import type { Page } from "playwright-core";
import type { ChannelView } from "#schema/api/channels.ts";
import type { Who } from "../support/made-up-site/people.ts";

export interface PageState {
  /** Names its kept picture and tree. */
  name: string;
  path: string;
  /** Default: a visitor. */
  who?: Who;
  /** Text that is there when the page has loaded. */
  ready: string;
  /** What the API says of the channels. Default: eight of ten are live. */
  arrange?(channels: ChannelView[]): ChannelView[];
  /** Brings the page into the state, after it has loaded. */
  act?(page: Page): Promise<void>;
  /** A menu or a list is open: it closes when the focus leaves it, so no Tab is pressed through the page. Default false. */
  isOpen?: true;
  /** Selectors of parts of `main` that a narrow window folds away behind a tab. Default: none. */
  folded?: readonly string[];
  /** The components' page: other tests press Tab through it and make it narrow. Default false. */
  isComponents?: true;
}

/** Of the made-up site's first channel; the video an hour in, without the note about where one stopped, which goes after some seconds. */
const VIDEO_PATH = "/videos/00000000-0000-7000-8010-000000010002?t=3600";
const CLIP_PATH = "/clips/00000000-0000-7000-8011-000000010001";

const offAir = (channels: ChannelView[]): ChannelView[] => channels.map((channel) => ({ ...channel, live: null }));
const firstIsLost = ([first, ...rest]: ChannelView[]): ChannelView[] => [
  { ...first!, live: { ...first!.live!, phase: "lost" } },
  ...rest,
];

/** On a phone the chat has no head, a tab leads to what is about the channel, and the player has fewer buttons. */
/** On a phone tags, Share and More stand in the tab About. */
const WATCH_FOLDED = [
  ".about",
  ".meta-tags",
  ".meta-more",
  ".chat-head",
  ".controls [aria-label^=Picture]",
  ".controls [aria-label^=Theatre]",
];

/** On a phone chapters and other videos stand behind a tab. */
const VIDEO_FOLDED = [...WATCH_FOLDED, ".chapters"];

const MOD_PATH = "/mod/tidewalker";
/** On a phone tabs lead to the other parts. */
const MOD_FOLDED = [".mod-chat", ".mod-people"];

export const STATES: readonly PageState[] = [
  { name: "home", path: "/", ready: "Slow castle" },
  { name: "home-followed", path: "/", who: "viewer", ready: "Followed, live now" },
  { name: "home-nobody-live", path: "/", who: "viewer", ready: "Nobody is live", arrange: offAir },
  { name: "home-one-live", path: "/", ready: "Coral and cold", arrange: (all) => [all[0]!, ...offAir(all.slice(1))] },
  { name: "following", path: "/following", who: "viewer", ready: "clayhands" },
  { name: "following-nobody", path: "/following", who: "newcomer", ready: "You follow nobody" },
  { name: "categories", path: "/categories", ready: "Platformers" },
  { name: "category", path: "/categories/chess", ready: "Endgames" },
  { name: "category-nobody-live", path: "/categories/music", ready: "Nobody is live" },
  { name: "search", path: "/search?q=er", ready: "brickandmoss" },
  { name: "search-nothing", path: "/search?q=zzz", ready: "Nothing" },
  {
    name: "search-suggestions",
    path: "/",
    ready: "Slow castle",
    isOpen: true,
    async act(page) {
      if (await page.locator(".search-link").isVisible()) await page.goto(new URL("/search", page.url()).href);
      await page.getByRole("combobox").locator("visible=true").first().fill("low");
      await page.getByRole("option", { name: "low_orbit" }).waitFor();
      if (new URL(page.url()).pathname === "/") await page.getByRole("heading", { name: "Recent videos" }).waitFor();
    },
  },
  {
    name: "account-menu",
    path: "/categories",
    who: "viewer",
    ready: "Platformers",
    isOpen: true,
    act: (page) => page.getByRole("button", { name: "Account of fernly" }).click(),
  },
  { name: "watch-live", path: "/tidewalker", ready: "the current is picking up", folded: WATCH_FOLDED },
  { name: "watch-viewer", path: "/brickandmoss", who: "viewer", ready: "picking up", folded: WATCH_FOLDED },
  { name: "watch-lost", path: "/tidewalker", ready: "picking up", arrange: firstIsLost, folded: WATCH_FOLDED },
  { name: "watch-off-air", path: "/clayhands", ready: "off air", folded: WATCH_FOLDED },
  { name: "watch-poll", path: "/quietrook", who: "viewer", ready: "Where to next", folded: WATCH_FOLDED },
  { name: "watch-raid", path: "/ovenlight", who: "viewer", ready: "picking up", folded: WATCH_FOLDED },
  { name: "mod", path: MOD_PATH, who: "moderator", ready: "Win a boat", folded: MOD_FOLDED },
  {
    name: "mod-person",
    path: MOD_PATH,
    who: "moderator",
    ready: "Win a boat",
    // On a phone the person comes in the place of the queue.
    folded: [".mod-chat", ".mod-queues", ".mod-log"],
    async act(page) {
      await page.getByRole("button", { name: "rustbucket", exact: true }).click();
      await page.getByText("Seen on 26 Nov").waitFor();
    },
  },
  {
    name: "mod-line",
    path: MOD_PATH,
    who: "moderator",
    ready: "Win a boat",
    isOpen: true,
    async act(page) {
      const tab = page.locator(".mod-tabs").getByRole("link", { name: "Chat" });
      if (await tab.isVisible()) await tab.click();
      await page.locator(".line", { hasText: "size of a bus" }).click();
      await page.getByRole("button", { name: "Delete message" }).waitFor();
    },
  },
  {
    name: "mod-shield",
    path: MOD_PATH,
    who: "moderator",
    ready: "Win a boat",
    isOpen: true,
    async act(page) {
      await page.getByRole("button", { name: "Shield mode" }).click();
      await page.getByRole("dialog", { name: "Turn shield mode on?" }).waitFor();
    },
  },
  { name: "mod-off-air", path: "/mod/clayhands", who: "moderator", ready: "Nothing waits", folded: MOD_FOLDED },
  { name: "mod-forbidden", path: MOD_PATH, who: "viewer", ready: "Only moderators" },
  { name: "channel-videos", path: "/tidewalker/videos", ready: "Kelp at noon" },
  { name: "channel-no-videos", path: "/northkeys/videos", ready: "No videos yet" },
  { name: "channel-clips", path: "/tidewalker/clips", ready: "The octopus" },
  { name: "video", path: VIDEO_PATH, who: "viewer", ready: "anemone", folded: VIDEO_FOLDED },
  {
    name: "video-highlight",
    path: `${VIDEO_PATH}&highlight`,
    who: "streamer",
    ready: "Make the highlight",
    folded: [...VIDEO_FOLDED, ".watch-chat"],
  },
  {
    name: "clip-maker",
    path: VIDEO_PATH,
    who: "viewer",
    ready: "anemone",
    isOpen: true,
    async act(page) {
      await page.getByRole("button", { name: "Clip", exact: true }).click();
      await page.getByRole("slider", { name: "End of the clip" }).waitFor();
      await page.locator(".clip-strip").waitFor();
    },
  },
  { name: "clip", path: CLIP_PATH, who: "viewer", ready: "The octopus", folded: WATCH_FOLDED },
  { name: "not-found", path: "/nope/deeper", ready: "There is nothing" },
  { name: "no-such-channel", path: "/nosuchone", ready: "no channel" },
  { name: "studio", path: "/dashboard", who: "streamer", ready: "picking up", folded: WATCH_FOLDED },
  {
    name: "studio-raid",
    path: "/dashboard",
    who: "streamer",
    ready: "picking up",
    isOpen: true,
    async act(page) {
      await page.getByRole("button", { name: "Raid…" }).click();
      await page.getByRole("button", { name: "Start the raid" }).waitFor();
    },
  },
  {
    name: "studio-raid-counts",
    path: "/dashboard",
    who: "streamer",
    ready: "picking up",
    isOpen: true,
    async act(page) {
      await page.getByRole("button", { name: "Raid…" }).click();
      await page.getByRole("textbox", { name: "Channel" }).fill("low_orbit");
      await page.getByRole("button", { name: "Start the raid" }).click();
      await page.getByRole("button", { name: "Cancel the raid" }).waitFor();
    },
  },
  { name: "studio-first", path: "/dashboard", who: "newcomer", ready: "key", folded: WATCH_FOLDED },
  {
    name: "studio-live",
    path: "/dashboard/live",
    who: "newcomer",
    ready: "Use camera and microphone",
    folded: WATCH_FOLDED,
  },
  { name: "studio-broadcasts", path: "/dashboard/broadcasts", who: "streamer", ready: "Kelp at noon" },
  { name: "studio-videos", path: "/dashboard/videos", who: "streamer", ready: "Kelp at noon" },
  {
    name: "studio-key",
    path: "/dashboard/key",
    who: "streamer",
    ready: "Server and stream key",
    act: (page) => page.getByRole("button", { name: "Copy the server address" }).waitFor(),
  },
  { name: "studio-restream", path: "/dashboard/restream", who: "streamer", ready: "Our club" },
  { name: "studio-chat", path: "/dashboard/chat", who: "streamer", ready: "boat-prize" },
  { name: "studio-channel", path: "/dashboard/channel", who: "streamer", ready: "Start the broadcast by hand" },
  { name: "settings-account", path: "/settings", who: "viewer", ready: "fernly@example.org" },
  { name: "settings-security", path: "/settings/security", who: "viewer", ready: "Firefox on Linux" },
  { name: "settings-chat", path: "/settings/chat", who: "viewer", ready: "Theme" },
  { name: "settings-people", path: "/settings/people", who: "viewer", ready: "saltlick" },
  { name: "settings-tokens", path: "/settings/tokens", who: "viewer", ready: "Tide bot" },
  { name: "staff-reports", path: "/staff", who: "admin", ready: "urgent" },
  { name: "staff-users", path: "/staff/users", who: "admin", ready: "@northkeys" },
  { name: "staff-user", path: "/staff/users/northkeys", who: "admin", ready: "northkeys@example.org" },
  { name: "staff-audit", path: "/staff/audit", who: "admin", ready: "192.0.2.7" },
  { name: "staff-streams", path: "/staff/streams", who: "admin", ready: "actor-2" },
  { name: "staff-nodes", path: "/staff/nodes", who: "admin", ready: "edge-2" },
  {
    name: "staff-drain",
    path: "/staff/nodes",
    who: "admin",
    ready: "edge-2",
    isOpen: true,
    async act(page) {
      await page.getByRole("button", { name: "Drain… actor-1" }).click();
      await page.getByRole("dialog", { name: "Drain actor-1?" }).waitFor();
    },
  },
  { name: "staff-metrics", path: "/staff/metrics", who: "admin", ready: "Stores answer within" },
  { name: "staff-errors", path: "/staff/errors", who: "admin", ready: "actor node broke" },
  { name: "sign-in", path: "/login", ready: "GitHub" },
  { name: "sign-up", path: "/register", ready: "GitHub" },
  { name: "forgot", path: "/forgot", ready: "E-mail" },
  { name: "two-factor", path: "/login?step=otp", ready: "recovery code" },
  { name: "reset", path: "/reset?token=made-up", ready: "New password" },
  { name: "reset-bad-link", path: "/reset", ready: "older than an hour" },
  { name: "verify", path: "/verify?token=made-up", ready: "fernly@example.org" },
  { name: "verify-signed-out", path: "/verify", ready: "Sign in" },
  { name: "popout-chat", path: "/popout/tidewalker/chat", who: "viewer", ready: "picking up", folded: WATCH_FOLDED },
  { name: "embed", path: "/embed/tidewalker", ready: "tidewalker", folded: WATCH_FOLDED },
  { name: "embed-off-air", path: "/embed/clayhands", ready: "off air" },
  { name: "components", path: "components", ready: "Peak viewers", isComponents: true },
];
