// The bar above every page: logo, navigation, and the account menu.

import { useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { UserView } from "#schema/api/user.ts";
import { isStaff, loadMe } from "../me.ts";
import { currentPage, location, navigate, signInHref } from "../router.ts";
import { session, signOut } from "../session.ts";
import { Avatar } from "./avatar.tsx";
import { BroadcastIcon, Mark } from "./icons.tsx";

export function Header() {
  const now = session.value;
  return (
    <header class="header">
      <a class="skip" href="#main">
        Skip to content
      </a>
      <a class="brand" href="/" aria-label="TwitchClone, home">
        <Mark />
        <span>TwitchClone</span>
      </a>
      <nav aria-label="Main">
        <a class="nav-link" href="/" aria-current={location.value.pathname === "/" ? "page" : undefined}>
          Live now
        </a>
      </nav>
      <div class="header-end">
        {now.phase === "in" ? <SignedIn user={now.user} /> : now.phase === "out" ? <SignedOut /> : null}
      </div>
    </header>
  );
}

const SignedOut = () => (
  <>
    <a class="button" href={signInHref("login")}>
      Sign in
    </a>
    <a class="button primary" href={signInHref("register")}>
      Sign up
    </a>
  </>
);

function SignedIn({ user }: { user: UserView }) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const away = (event: Event) => {
      if (!box.current?.contains(event.target as Node)) open.value = false;
    };
    const escaped = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || !open.value) return;
      open.value = false;
      box.current?.querySelector("button")?.focus();
    };
    document.addEventListener("pointerdown", away);
    document.addEventListener("keydown", escaped);
    return () => {
      document.removeEventListener("pointerdown", away);
      document.removeEventListener("keydown", escaped);
    };
  }, [open]);
  useSignalEffect(() => {
    location.value; // Closes the menu after a click on one of its links.
    open.value = false;
  });
  return (
    <>
      <a class="button go-live" href="/dashboard">
        <BroadcastIcon />
        <span>Go live</span>
      </a>
      <div class="account" ref={box}>
        <button
          type="button"
          class="account-button"
          aria-expanded={open.value}
          aria-label={`Account of ${user.displayName}`}
          onClick={() => {
            open.value = !open.value;
            loadMe();
          }}
        >
          <Avatar login={user.login} name={user.displayName} size="s" />
        </button>
        {open.value ? (
          <div class="account-menu">
            <p class="account-name">
              <strong>{user.displayName}</strong>
              <span class="muted">@{user.login}</span>
            </p>
            <a href={`/${user.login}`}>Your channel</a>
            <a href="/dashboard">Dashboard</a>
            <a href="/settings">Settings</a>
            {isStaff.value ? <a href="/staff">Staff</a> : null}
            <SignOutButton />
          </div>
        ) : null}
      </div>
    </>
  );
}

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
