// The pages of the web app: their addresses, and the code that draws each. The app's router and the server both read this list.

import type { ComponentType } from "preact";
import { LOGIN_PATTERN } from "#schema/wire/ids.ts";
import type { EntryPage } from "./app/entry/entry.tsx";
import type { PageInfo, PageKind } from "./app/router.ts";
import type { SettingsTab } from "./app/settings/settings.tsx";
import type { StaffTab } from "./app/staff/staff.tsx";

export interface Page<Props extends object> {
  kind: PageKind;
  /** Props by address. */
  addresses?: Record<string, Props>;
  /** The page also has an address for each login, in any case, below this path. */
  perLogin?: { below: string; props(login: string): Props };
  /** Loads the page's code; only the app calls it. Null: app.tsx imports the page, as part of the first load. */
  load: (() => Promise<ComponentType<Props>>) | null;
  /** Whether the banner about an unconfirmed e-mail address is shown above the page. Default false. */
  hasUnconfirmedBanner?(props: Props): boolean;
}

export const pages = {
  home: { kind: "public", addresses: { "/": {} }, load: null, hasUnconfirmedBanner: () => true } satisfies Page<object>,

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
    load: async () => (await import("./app/dashboard/dashboard.tsx")).Dashboard,
    hasUnconfirmedBanner: () => true,
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
    // The account tab itself shows that the address is not confirmed.
    hasUnconfirmedBanner: ({ tab }) => tab !== "account",
  } satisfies Page<{ tab: SettingsTab }>,

  staff: {
    kind: "private",
    addresses: {
      "/staff": { tab: "reports", subject: null },
      "/staff/reports": { tab: "reports", subject: null },
      "/staff/users": { tab: "users", subject: null },
      "/staff/audit": { tab: "audit", subject: null },
    } satisfies Record<`/staff/${StaffTab}` | "/staff", { tab: StaffTab; subject: null }>,
    perLogin: { below: "/staff/users/", props: (login) => ({ tab: "users", subject: login }) },
    load: async () => (await import("./app/staff/staff.tsx")).Staff,
  } satisfies Page<{ tab: StaffTab; subject: string | null }>,

  watch: {
    kind: "public",
    perLogin: { below: "/", props: (login) => ({ login }) },
    load: null,
  } satisfies Page<{ login: string }>,
};

export type PageName = keyof typeof pages;

interface FoundPage extends PageInfo {
  name: PageName;
  props: object;
}

const all = Object.entries(pages) as [PageName, Page<object>][];
const LOGIN = new RegExp(`^${LOGIN_PATTERN}$`);

/** Null: no such page. A trailing slash is ignored; a fixed address wins over a login. */
export function pageAt(pathname: string): FoundPage | null {
  const path = pathname.replace(/\/$/, "") || "/";
  for (const [name, page] of all) {
    const props = page.addresses?.[path];
    if (props) return found(name, page, props);
  }
  for (const [name, page] of all) {
    const login = page.perLogin && path.startsWith(page.perLogin.below) ? path.slice(page.perLogin.below.length) : "";
    if (page.perLogin && LOGIN.test(login)) return found(name, page, page.perLogin.props(login.toLowerCase()));
  }
  return null;
}

const found = (name: PageName, page: Page<object>, props: object): FoundPage => ({
  name,
  props,
  kind: page.kind,
  hasUnconfirmedBanner: page.hasUnconfirmedBanner?.(props) ?? false,
});
