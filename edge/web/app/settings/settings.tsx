// The settings page: account, security, people, personal access tokens.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AccountView } from "#schema/api/me.ts";
import type { UserView } from "#schema/api/user.ts";
import { errorText } from "../api.ts";
import { takeParameters } from "../router.ts";
import { call } from "../session.ts";
import { capitalized } from "../ui/form-errors.ts";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Tabs } from "../ui/tabs.tsx";
import { hideUnconfirmedBanner } from "../ui/unconfirmed-banner.tsx";
import { AccountTab } from "./account.tsx";
import { PeopleTab } from "./people.tsx";
import { TokensTab } from "./personal-tokens.tsx";
import { providerReturn } from "./provider-return.ts";
import { ReauthenticationDialog } from "./reauthenticate.tsx";
import { SecurityTab } from "./security.tsx";

const TABS = {
  account: { href: "/settings", word: "Account", Tab: AccountTab },
  security: { href: "/settings/security", word: "Security", Tab: SecurityTab },
  people: { href: "/settings/people", word: "People", Tab: PeopleTab },
  tokens: { href: "/settings/tokens", word: "Tokens", Tab: TokensTab },
};

export type SettingsTab = keyof typeof TABS;

export function Settings({ tab }: { tab: SettingsTab }) {
  const user = usePrivatePage("Settings");
  return user ? <Shown key={user.id} user={user} tab={tab} /> : <main id="main" class="desk" />;
}

function Shown({ user, tab }: { user: UserView; tab: SettingsTab }) {
  const account = useSignal<AccountView | null>(null);
  const trouble = useSignal<string | null>(null);
  const load = async () => {
    try {
      account.value = await call<AccountView>("/me/account");
      if (account.value.emailVerified) hideUnconfirmedBanner();
      trouble.value = null;
    } catch (error) {
      trouble.value = capitalized(errorText(error));
    }
  };
  useEffect(() => {
    providerReturn.value = takeParameters("error", "linked");
    void load();
  }, []);
  const known = account.value;
  const { Tab } = TABS[tab];
  return (
    <main id="main" class="desk settings">
      <header class="desk-head">
        <h1>Settings</h1>
      </header>
      <Tabs label="Settings" tabs={Object.values(TABS)} current={TABS[tab].href} />
      {trouble.value ? (
        <p class="notice bad" role="alert">
          {trouble.value}
          <button type="button" class="link notice-end" onClick={load}>
            Try again
          </button>
        </p>
      ) : null}
      {known || trouble.value ? null : <p class="muted late">One moment…</p>}
      {known ? <Tab key={tab} user={user} account={known} reloadAccount={load} /> : null}
      <ReauthenticationDialog login={user.login} hasPassword={known?.hasPassword ?? true} />
    </main>
  );
}
