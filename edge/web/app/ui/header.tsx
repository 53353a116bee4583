// The bar above every page: logo, navigation, search, and the account.

import { useSignal } from "@preact/signals";
import type { UserView } from "#schema/api/user.ts";
import { SearchBox } from "../browse/search-box.tsx";
import { words } from "../browse/words.ts";
import { instanceName } from "../instance.ts";
import { ThemeChoice } from "../look/theme-choice.tsx";
import { isStaff, loadMe } from "../me.ts";
import { currentPage, navigate, signInHref } from "../router.ts";
import { session, signOut } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import { Disclosure } from "./disclosure.tsx";
import { BroadcastIcon, Mark, SearchIcon, ThemeIcon } from "./icons.tsx";
import { BarNavigation } from "./navigation.tsx";

export function Header({ hasChat }: { hasChat: boolean }) {
  const now = session.value;
  return (
    <header class="header">
      <a class="skip" href="#main">
        Skip to content
      </a>
      {hasChat ? (
        <a class="skip" href="#chat">
          Skip to chat
        </a>
      ) : null}
      <a class="brand" href="/" aria-label={`${instanceName}, home`}>
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
    <Disclosure label="Theme" face={<ThemeIcon />}>
      <ThemeChoice />
    </Disclosure>
    <a class="button quiet" href={signInHref("login")}>
      Sign in
    </a>
    <a class="button primary header-sign-up" href={signInHref("register")}>
      Sign up
    </a>
  </>
);

const SignedIn = ({ user }: { user: UserView }) => (
  <>
    <a class="button quiet go-live" href="/dashboard">
      <BroadcastIcon />
      <span>Go live</span>
    </a>
    <Disclosure
      label={`Account of ${user.displayName}`}
      face={<Avatar login={user.login} name={user.displayName} size="s" />}
      onOpen={loadMe}
    >
      <p class="account-name">
        <strong>{user.displayName}</strong>
        <span class="muted">@{user.login}</span>
      </p>
      <div class="account-links">
        <a href={`/${user.login}`}>Your channel</a>
        <a href="/dashboard">Dashboard</a>
        <a href="/settings">Settings</a>
        {isStaff.value ? <a href="/staff">Staff</a> : null}
      </div>
      <ThemeChoice />
      <SignOutButton />
    </Disclosure>
  </>
);

function SignOutButton() {
  const failed = useSignal(false);
  const leave = () => {
    if (currentPage()?.kind === "private") navigate("/");
  };
  return (
    <button
      type="button"
      onClick={() =>
        signOut(leave).catch(() => {
          failed.value = true;
        })
      }
    >
      <span aria-live="polite">{failed.value ? "That did not work. Try again" : "Sign out"}</span>
    </button>
  );
}
