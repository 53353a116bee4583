// The bar above every page: logo, navigation, search, and the account.

import type { UserView } from "#schema/api/user.ts";
import { SearchBox } from "../browse/search-box.tsx";
import { instanceName } from "../instance.ts";
import { themeEntries } from "../look/theme-entries.ts";
import { isStaff, loadMe } from "../me.ts";
import { currentPage, navigate, signInHref } from "../router.ts";
import { session, signOut } from "../session.ts";
import { words } from "../words/browse.ts";
import { words as uiWords } from "../words/ui.ts";
import { Avatar } from "./avatar.tsx";
import { BroadcastIcon, Mark, SearchIcon, ThemeIcon } from "./icons.tsx";
import { MenuButton } from "./menu-button.tsx";
import { BarNavigation } from "./navigation.tsx";
import { showTrouble } from "./toast.ts";

export function Header({ hasChat }: { hasChat: boolean }) {
  const now = session.value;
  return (
    <header class="header">
      <a class="skip" href="#main">
        {words.skipToContent}
      </a>
      {hasChat ? (
        <a class="skip" href="#chat">
          {words.skipToChat}
        </a>
      ) : null}
      <a class="brand" href="/" aria-label={words.toHome(instanceName)}>
        <Mark />
        <span>{instanceName}</span>
      </a>
      <BarNavigation />
      <div class="search-box">
        <SearchBox id="search" hasKey />
      </div>
      <a class="icon-button search-link" href="/search" aria-label={words.search} title={words.search}>
        <SearchIcon />
      </a>
      <div class="header-end">
        {now.phase === "in" ? <SignedIn user={now.user} /> : now.phase === "out" ? <SignedOut /> : null}
      </div>
    </header>
  );
}

const SignedOut = () => (
  <>
    <MenuButton label={words.theme} look="icon-button" groups={[themeEntries()]}>
      <ThemeIcon />
    </MenuButton>
    <a class="button quiet" href={signInHref("login")}>
      {words.signIn}
    </a>
    <a class="button primary header-sign-up" href={signInHref("register")}>
      {words.signUp}
    </a>
  </>
);

const SignedIn = ({ user: { login, displayName, pictureUrl } }: { user: UserView }) => (
  <>
    <a class="button quiet go-live" href="/dashboard">
      <BroadcastIcon />
      <span>{words.goLive}</span>
    </a>
    <MenuButton
      label={words.accountOf(displayName)}
      look="icon-button account-button"
      onOpen={loadMe}
      head={
        <p class="menu-head">
          <strong>{displayName}</strong>
          <span class="muted">@{login}</span>
        </p>
      }
      groups={[
        {
          title: null,
          entries: [
            { kind: "link", word: words.yourChannel, href: `/${login}` },
            { kind: "link", word: words.studio, href: "/dashboard" },
            { kind: "link", word: words.settings, href: "/settings" },
            ...(isStaff.value ? [{ kind: "link", word: words.staff, href: "/staff" } as const] : []),
          ],
        },
        themeEntries(),
        { title: null, entries: [{ kind: "act", word: words.signOut, act: leave }] },
      ]}
    >
      <Avatar login={login} name={displayName} picture={pictureUrl} size="s" />
    </MenuButton>
  </>
);

function leave() {
  const away = () => {
    if (currentPage()?.kind === "private") navigate("/");
  };
  signOut(away).catch(() => showTrouble(uiWords.notSignedOut));
}
