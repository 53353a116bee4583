// The pages of the web app: their addresses, and the code that draws each. The app's router and the server both read this list.

import type { ComponentType } from "preact";
import { LOGIN_PATTERN, SLUG_LENGTH_MAX, SLUG_PATTERN, UUID_PATTERN } from "#schema/wire/ids.ts";
import type { EntryPage } from "./app/entry/entry.tsx";
import type { PageInfo, PageKind } from "./app/router.ts";
import type { SettingsTab } from "./app/settings/settings.tsx";
import type { StaffTab } from "./app/staff/staff.tsx";
import type { StudioTab } from "./app/studio/studio.tsx";

export interface Page<Props extends object> {
  kind: PageKind;
  /** Props by address. */
  addresses?: Record<string, Props>;
  /** Addresses for each login, in any case: `:login` stands for it. */
  perLogin?: { paths: readonly `/${string}`[]; props(login: string): Props };
  /** Addresses for each category, in any case: `:slug` stands for its slug. */
  perSlug?: { paths: readonly `/${string}`[]; props(slug: string): Props };
  /** Addresses for each video or clip: `:id` stands for its id. */
  perId?: { paths: readonly `/${string}`[]; props(id: string): Props };
  /** Loads the page's code; only the app calls it. */
  load(): Promise<ComponentType<Props>>;
  /** Whether the banner about an unconfirmed e-mail address is shown above the page. Default false. */
  hasUnconfirmedBanner?(props: Props): boolean;
  /** Has a list of its own sections in the place of the rail of channels. Default false. */
  hasSections?: true;
  /** Fills the window with a player and what is beside it. Default false. */
  hasPlayer?: true;
  /** Fills the window: without the header and the banners of the other pages. Default false. */
  isBare?: true;
}

export const pages = {
  home: {
    kind: "public",
    addresses: { "/": {} },
    load: async () => (await import("./app/pages/home.tsx")).Home,
    hasUnconfirmedBanner: () => true,
  } satisfies Page<object>,

  following: {
    kind: "private",
    addresses: { "/following": {} },
    load: async () => (await import("./app/browse/following.tsx")).FollowingPage,
    hasUnconfirmedBanner: () => true,
  } satisfies Page<object>,

  /** `?q=` is what is searched for. */
  search: {
    kind: "public",
    addresses: { "/search": {} },
    load: async () => (await import("./app/browse/search-page.tsx")).SearchPage,
  } satisfies Page<object>,

  categories: {
    kind: "public",
    addresses: { "/categories": {} },
    load: async () => (await import("./app/browse/categories.tsx")).Categories,
  } satisfies Page<object>,

  category: {
    kind: "public",
    perSlug: { paths: ["/categories/:slug"], props: (slug) => ({ slug }) },
    load: async () => (await import("./app/browse/category.tsx")).Category,
  } satisfies Page<{ slug: string }>,

  entry: {
    kind: "entry",
    addresses: {
      "/login": { page: "login" },
      "/register": { page: "register" },
      "/forgot": { page: "forgot" },
      "/reset": { page: "reset" },
      "/verify": { page: "verify" },
    } satisfies Record<`/${EntryPage}`, { page: EntryPage }>,
    load: async () => (await import("./app/entry/entry.tsx")).Entry,
  } satisfies Page<{ page: EntryPage }>,

  dashboard: {
    kind: "private",
    hasSections: true,
    addresses: {
      "/dashboard": { tab: "stream" },
      "/dashboard/live": { tab: "live" },
      "/dashboard/broadcasts": { tab: "broadcasts" },
      "/dashboard/videos": { tab: "videos" },
      "/dashboard/uploads": { tab: "uploads" },
      "/dashboard/chat": { tab: "chat" },
      "/dashboard/restream": { tab: "restream" },
      "/dashboard/key": { tab: "key" },
      "/dashboard/channel": { tab: "channel" },
    },
    load: async () => (await import("./app/studio/studio.tsx")).Studio,
    hasUnconfirmedBanner: () => true,
  } satisfies Page<{ tab: StudioTab }>,

  settings: {
    kind: "private",
    hasSections: true,
    addresses: {
      "/settings": { tab: "account" },
      "/settings/account": { tab: "account" },
      "/settings/security": { tab: "security" },
      "/settings/chat": { tab: "chat" },
      "/settings/people": { tab: "people" },
      "/settings/tokens": { tab: "tokens" },
    } satisfies Record<`/settings/${SettingsTab}` | "/settings", { tab: SettingsTab }>,
    load: async () => (await import("./app/settings/settings.tsx")).Settings,
    // The account tab itself shows that the address is not confirmed.
    hasUnconfirmedBanner: ({ tab }) => tab !== "account",
  } satisfies Page<{ tab: SettingsTab }>,

  staff: {
    kind: "private",
    hasSections: true,
    addresses: {
      "/staff": { tab: "reports", subject: null },
      "/staff/reports": { tab: "reports", subject: null },
      "/staff/users": { tab: "users", subject: null },
      "/staff/categories": { tab: "categories", subject: null },
      "/staff/streams": { tab: "streams", subject: null },
      "/staff/nodes": { tab: "nodes", subject: null },
      "/staff/metrics": { tab: "metrics", subject: null },
      "/staff/errors": { tab: "errors", subject: null },
      "/staff/audit": { tab: "audit", subject: null },
    } satisfies Record<`/staff/${StaffTab}` | "/staff", { tab: StaffTab; subject: null }>,
    perLogin: { paths: ["/staff/users/:login"], props: (login) => ({ tab: "users", subject: login }) },
    load: async () => (await import("./app/staff/staff.tsx")).Staff,
  } satisfies Page<{ tab: StaffTab; subject: string | null }>,

  watch: {
    kind: "public",
    hasPlayer: true,
    perLogin: { paths: ["/:login"], props: (login) => ({ login }) },
    load: async () => (await import("./app/pages/watch.tsx")).Watch,
  } satisfies Page<{ login: string }>,

  /** What the moderators of a channel need, beside its chat. */
  mod: {
    kind: "private",
    isBare: true,
    perLogin: { paths: ["/mod/:login"], props: (login) => ({ login }) },
    load: async () => (await import("./app/mod/mod-page.tsx")).ModPage,
  } satisfies Page<{ login: string }>,

  video: {
    kind: "public",
    hasPlayer: true,
    perId: { paths: ["/videos/:id"], props: (id) => ({ id }) },
    load: async () => (await import("./app/videos/video-page.tsx")).VideoPage,
  } satisfies Page<{ id: string }>,

  channelVideos: {
    kind: "public",
    perLogin: { paths: ["/:login/videos"], props: (login) => ({ login }) },
    load: async () => (await import("./app/videos/channel-videos.tsx")).ChannelVideos,
  } satisfies Page<{ login: string }>,

  clip: {
    kind: "public",
    hasPlayer: true,
    perId: { paths: ["/clips/:id"], props: (id) => ({ id }) },
    load: async () => (await import("./app/clips/clips.ts")).ClipPage,
  } satisfies Page<{ id: string }>,

  channelClips: {
    kind: "public",
    perLogin: { paths: ["/:login/clips"], props: (login) => ({ login }) },
    load: async () => (await import("./app/clips/clips.ts")).ChannelClips,
  } satisfies Page<{ login: string }>,

  /** The player, for pages of other sites: `<iframe>`. `?chat=on` adds the chat. */
  embed: {
    kind: "public",
    isBare: true,
    perLogin: { paths: ["/embed/:login"], props: (login) => ({ login }) },
    load: async () => (await import("./app/pages/embed.tsx")).Embed,
  } satisfies Page<{ login: string }>,

  /** The chat alone: in a window or a dock of OBS, and for pages of other sites. */
  chat: {
    kind: "public",
    isBare: true,
    perLogin: { paths: ["/popout/:login/chat", "/embed/:login/chat"], props: (login) => ({ login }) },
    load: async () => (await import("./app/pages/chat-alone.tsx")).ChatAlone,
  } satisfies Page<{ login: string }>,
};

export type PageName = keyof typeof pages;

interface FoundPage extends PageInfo {
  name: PageName;
  props: object;
  hasSections: boolean;
  hasPlayer: boolean;
}

const all = Object.entries(pages) as [PageName, Page<object>][];
const SLUG = `(?=[^/]{1,${SLUG_LENGTH_MAX}}$)${SLUG_PATTERN}`;
/** Each page with the patterns of its addresses for logins, slugs and ids. */
const patterns = all.flatMap(([name, page]) =>
  [page.perLogin, page.perSlug, page.perId].flatMap((per) =>
    (per?.paths ?? []).map((path) => {
      const source = path
        .replace(":login", `(${LOGIN_PATTERN})`)
        .replace(":slug", `(${SLUG})`)
        .replace(":id", `(${UUID_PATTERN})`);
      return { name, page, props: per!.props, pattern: new RegExp(`^${source}$`, "i") };
    }),
  ),
);

/** Null: no such page. A trailing slash and capitals are ignored; a fixed address wins over a login. */
export function pageAt(pathname: string): FoundPage | null {
  const path = pathname.replace(/([^/])\/$/, "$1");
  for (const [name, page] of all) {
    const props = page.addresses?.[path.toLowerCase()];
    if (props) return found(name, page, props);
  }
  for (const { name, page, props, pattern } of patterns) {
    const word = pattern.exec(path)?.[1]?.toLowerCase();
    if (word !== undefined) return found(name, page, props(word));
  }
  return null;
}

const found = (name: PageName, page: Page<object>, props: object): FoundPage => ({
  name,
  props,
  kind: page.kind,
  hasSections: page.hasSections ?? false,
  hasPlayer: page.hasPlayer ?? false,
  hasUnconfirmedBanner: page.hasUnconfirmedBanner?.(props) ?? false,
  isBare: page.isBare ?? false,
});
