// The app's start: router, session, and the page for the address.

import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/home.css";
import "./style/forms.css";
import "./style/watch.css";
import "./style/player.css";
import "./style/chat.css";
import "./style/dashboard.css";
import "./style/dialog.css";
import "./style/settings.css";
import "./style/two-factor.css";
import "./style/staff.css";
import { useSignalEffect } from "@preact/signals";
import { render } from "preact";
import { useRef } from "preact/hooks";
import { Home } from "./pages/home.tsx";
import { Missing } from "./pages/not-found.tsx";
import { Watch } from "./pages/watch.tsx";
import { location, routeOf, startRouter } from "./router.ts";
import { startSession } from "./session.ts";
import { keepFocus } from "./ui/focus.ts";
import { Header } from "./ui/header.tsx";
import { lazy } from "./ui/lazy.tsx";
import { Unconfirmed } from "./ui/unconfirmed-banner.tsx";

const Entry = lazy(async () => (await import("./entry/entry.tsx")).Entry);
const Dashboard = lazy(async () => (await import("./pages/dashboard.tsx")).Dashboard);
const Settings = lazy(async () => (await import("./settings/settings.tsx")).Settings);
const Staff = lazy(async () => (await import("./staff/staff.tsx")).Staff);

/** Who follows a link that is gone with its page goes on at the start of the new one, not at the top of the window. */
function useFocus() {
  const first = useRef(true);
  useSignalEffect(() => {
    location.value.pathname;
    const opened = first.current;
    first.current = false;
    if (!opened) keepFocus();
  });
}

function App() {
  useFocus();
  return (
    <>
      <Header />
      <Unconfirmed />
      <Page />
    </>
  );
}

function Page() {
  const route = routeOf(location.value.pathname);
  switch (route.page) {
    case "home":
      return <Home />;
    case "watch":
      return <Watch key={route.login} login={route.login} />;
    case "dashboard":
      return <Dashboard />;
    case "settings":
      return <Settings tab={route.tab} />;
    case "staff":
      return <Staff tab={route.tab} subject={route.subject} />;
    case "missing":
      return <Missing />;
    default:
      return <Entry page={route.page} />;
  }
}

startRouter();
startSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
