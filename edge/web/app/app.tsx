// The app: router, session, and the page at the address. main.ts starts it.

import { useSignalEffect } from "@preact/signals";
import { type ComponentType, render } from "preact";
import { useRef } from "preact/hooks";
import { type PageName, pageAt, pages } from "../page-addresses.ts";
import { startLook } from "./look/current-look.ts";
import { NotFound } from "./pages/not-found.tsx";
import { Rail } from "./rail/rail.tsx";
import { location, startRouter } from "./router.ts";
import { startSession } from "./session.ts";
import { recoverFocus } from "./ui/focus.ts";
import { ForeignOriginBanner } from "./ui/foreign-origin-banner.tsx";
import { Header } from "./ui/header.tsx";
import { type LazyPage, lazy } from "./ui/lazy.tsx";
import { LeavePlace } from "./ui/leave-place.tsx";
import { FootTabs } from "./ui/navigation.tsx";
import { ToastPlace } from "./ui/toast-place.tsx";
import { UnconfirmedBanner } from "./ui/unconfirmed-banner.tsx";

type Load = () => Promise<ComponentType<object>>;

const components = Object.fromEntries(
  Object.entries(pages).map(([name, { load }]) => [name, lazy<object>(load as Load)]),
) as Record<PageName, LazyPage<object>>;

/** The page's code is there before the first drawing. Never rejects: a page that cannot be loaded says so. */
export const preloadPage = (name: PageName): Promise<void> => components[name].preload();

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
  const found = pageAt(location.value.pathname);
  if (found?.isBare)
    return (
      <>
        <ForeignOriginBanner />
        <Page />
      </>
    );
  const hasPlayer = found?.hasPlayer === true;
  return (
    <>
      <Header hasChat={hasPlayer} />
      <ForeignOriginBanner />
      <UnconfirmedBanner />
      {found?.hasSections ? (
        <Page />
      ) : (
        // The frame of the first picture has the same elements: server/page.ts.
        <div class={hasPlayer ? "shell shell-watch" : "shell"}>
          <Rail />
          <Page />
        </div>
      )}
      {hasPlayer ? null : <FootTabs />}
    </>
  );
}

function Page() {
  const found = pageAt(location.value.pathname);
  if (!found) return <NotFound />;
  const Shown = components[found.name].Component;
  return <Shown {...found.props} />;
}

export function startApp(root: HTMLElement) {
  startRouter(pageAt);
  startSession();
  startLook();
  render(
    <>
      <App />
      <LeavePlace />
      <ToastPlace />
    </>,
    root,
  );
}
