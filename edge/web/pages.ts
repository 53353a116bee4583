// The pages of the web app: where each stands, and the code that draws it. The app's router and the server read this one list.

import type { ComponentType } from "preact";
import { LOGIN_PATTERN } from "#schema/wire/ids.ts";
import type { EntryPage } from "./app/entry/entry.tsx";
import type { PageKind, PageShown } from "./app/router.ts";
import type { SettingsTab } from "./app/settings/settings.tsx";
import type { StaffTab } from "./app/staff/staff.tsx";

export interface Page<Props extends object> {
  kind: PageKind;
  /** What the page is drawn with, by its address. */
  addresses?: Record<string, Props>;
  /** The page also stands at each login, in any case, below this path. */
  ofLogin?: { below: string; props(login: string): Props };
  /** Only the app calls it. Null: the code is part of the first load, and main.tsx has it. */
  load: (() => Promise<ComponentType<Props>>) | null;
  /** Whether the line about an address that is not confirmed stands above the page; by default not. */
  remindsOfEmail?(props: Props): boolean;
}

export const pages = {
  home: { kind: "public", addresses: { "/": {} }, load: null, remindsOfEmail: () => true } satisfies Page<object>,

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
    addresses: { "/dashboard": {} },
    load: async () => (await import("./app/pages/dashboard.tsx")).Dashboard,
    remindsOfEmail: () => true,
  } satisfies Page<object>,

  settings: {
    kind: "private",
    addresses: {
      "/settings": { tab: "account" },
      "/settings/account": { tab: "account" },
      "/settings/security": { tab: "security" },
      "/settings/people": { tab: "people" },
      "/settings/tokens": { tab: "tokens" },
    } satisfies Record<`/settings/${SettingsTab}` | "/settings", { tab: SettingsTab }>,
    load: async () => (await import("./app/settings/settings.tsx")).Settings,
    // The account itself says it.
    remindsOfEmail: ({ tab }) => tab !== "account",
  } satisfies Page<{ tab: SettingsTab }>,

  staff: {
    kind: "private",
    addresses: {
      "/staff": { tab: "reports", subject: null },
      "/staff/reports": { tab: "reports", subject: null },
      "/staff/users": { tab: "users", subject: null },
      "/staff/audit": { tab: "audit", subject: null },
    } satisfies Record<`/staff/${StaffTab}` | "/staff", { tab: StaffTab; subject: null }>,
    ofLogin: { below: "/staff/users/", props: (login) => ({ tab: "users", subject: login }) },
    load: async () => (await import("./app/staff/staff.tsx")).Staff,
  } satisfies Page<{ tab: StaffTab; subject: string | null }>,

  watch: {
    kind: "public",
    ofLogin: { below: "/", props: (login) => ({ login }) },
    load: null,
  } satisfies Page<{ login: string }>,
};

export type PageName = keyof typeof pages;

export interface Found extends PageShown {
  name: PageName;
  props: object;
}

const all = Object.entries(pages) as [PageName, Page<object>][];
const LOGIN = new RegExp(`^${LOGIN_PATTERN}$`);

/** Null: no page stands there. A slash at the end does not count; a fixed address goes before a login. */
export function pageAt(pathname: string): Found | null {
  const path = pathname.replace(/\/$/, "") || "/";
  for (const [name, page] of all) {
    const props = page.addresses?.[path];
    if (props) return found(name, page, props);
  }
  for (const [name, page] of all) {
    const login = page.ofLogin && path.startsWith(page.ofLogin.below) ? path.slice(page.ofLogin.below.length) : "";
    if (page.ofLogin && LOGIN.test(login)) return found(name, page, page.ofLogin.props(login.toLowerCase()));
  }
  return null;
}

const found = (name: PageName, page: Page<object>, props: object): Found => ({
  name,
  props,
  kind: page.kind,
  remindsOfEmail: page.remindsOfEmail?.(props) ?? false,
});
