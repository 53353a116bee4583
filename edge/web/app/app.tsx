// The app: router, session, and the page at the address. main.ts starts it.

import { useSignalEffect } from "@preact/signals";
import { type ComponentType, render } from "preact";
import { useRef } from "preact/hooks";
import { type PageName, pageAt, pages } from "../page-addresses.ts";
import { Home } from "./pages/home.tsx";
import { NotFound } from "./pages/not-found.tsx";
import { Watch } from "./pages/watch.tsx";
import { currentPage, location, startRouter } from "./router.ts";
import { startSession } from "./session.ts";
import { recoverFocus } from "./ui/focus.ts";
import { ForeignOriginBanner } from "./ui/foreign-origin-banner.tsx";
import { Header } from "./ui/header.tsx";
import { lazy } from "./ui/lazy.tsx";
import { readTheme } from "./ui/theme.ts";
import { UnconfirmedBanner } from "./ui/unconfirmed-banner.tsx";

type EagerPageName = { [Name in PageName]: (typeof pages)[Name]["load"] extends null ? Name : never }[PageName];

/** Pages in the first load: those that most visitors open first. */
const eagerPages = { home: Home, watch: Watch } satisfies Record<EagerPageName, ComponentType<never>>;

type Load = () => Promise<ComponentType<object>>;

const components = Object.fromEntries(
  Object.entries(pages).map(([name, { load }]) => [
    name,
    load ? lazy<object>(load as Load) : eagerPages[name as EagerPageName],
  ]),
) as Record<PageName, ComponentType<object>>;

/** After navigation, keyboard focus continues at the new page's content, not at the top of the window. */
function useFocus() {
  const first = useRef(true);
  useSignalEffect(() => {
    location.value.pathname;
    const opened = first.current;
    first.current = false;
    if (!opened) recoverFocus();
  });
}

function App() {
  useFocus();
  const isBare = currentPage()?.isBare ?? false;
  return (
    <>
      {isBare ? null : <Header />}
      <ForeignOriginBanner />
      {isBare ? null : <UnconfirmedBanner />}
      <Page />
    </>
  );
}

function Page() {
  const found = pageAt(location.value.pathname);
  if (!found) return <NotFound />;
  const Shown = components[found.name];
  return <Shown {...found.props} />;
}

export function startApp(root: HTMLElement) {
  startRouter(pageAt);
  startSession();
  readTheme();
  render(<App />, root);
}
