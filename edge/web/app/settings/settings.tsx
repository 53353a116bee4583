// The settings page: account, security, chat and player, people, personal access tokens.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { AccountView } from "#schema/api/me.ts";
import type { UserView } from "#schema/api/user.ts";
import { errorText } from "../api.ts";
import { takeParameters } from "../router.ts";
import { call } from "../session.ts";
import { capitalized } from "../ui/capitalized.ts";
import { KeyIcon, SlidersIcon } from "../ui/desk-icons.tsx";
import { PersonIcon, ShieldIcon } from "../ui/icons.tsx";
import { usePrivatePage } from "../ui/require-sign-in.ts";
import { Sections } from "../ui/sections.tsx";
import { PeopleIcon } from "../ui/tool-icons.tsx";
import { hideUnconfirmedBanner } from "../ui/unconfirmed-banner.tsx";
import { words } from "../words/settings.ts";
import { AccountTab } from "./account.tsx";
import { ChatAndPlayerTab } from "./chat-and-player.tsx";
import { PeopleTab } from "./people.tsx";
import { TokensTab } from "./personal-tokens.tsx";
import { providerReturn } from "./provider-return.ts";
import { ReauthenticationDialog } from "./reauthenticate.tsx";
import { SecurityTab } from "./security.tsx";

const TABS = {
  account: { href: "/settings", word: words.account, Icon: PersonIcon, Tab: AccountTab },
  security: { href: "/settings/security", word: words.security, Icon: ShieldIcon, Tab: SecurityTab },
  chat: { href: "/settings/chat", word: words.chatAndPlayer, Icon: SlidersIcon, Tab: ChatAndPlayerTab },
  people: { href: "/settings/people", word: words.people, Icon: PeopleIcon, Tab: PeopleTab },
  tokens: { href: "/settings/tokens", word: words.tokens, Icon: KeyIcon, Tab: TokensTab },
};

export type SettingsTab = keyof typeof TABS;

export function Settings({ tab }: { tab: SettingsTab }) {
  const user = usePrivatePage(`${TABS[tab].word} · ${words.settings}`);
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
  const { Tab, word, href } = TABS[tab];
  return (
    <Sections label={words.settings} sections={Object.values(TABS)} current={href}>
      <main id="main" class="desk settings">
        <h1 class="desk-title">{word}</h1>
        {trouble.value ? (
          <p class="notice bad" role="alert">
            {trouble.value}
            <button type="button" class="link notice-end" onClick={load}>
              {words.tryAgain}
            </button>
          </p>
        ) : null}
        {known || trouble.value ? null : <p class="muted late">{words.oneMoment}</p>}
        {known ? <Tab key={tab} user={user} account={known} reloadAccount={load} /> : null}
        <ReauthenticationDialog login={user.login} hasPassword={known?.hasPassword ?? true} />
      </main>
    </Sections>
  );
}
