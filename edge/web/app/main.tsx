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
import { render } from "preact";
import { Dashboard } from "./pages/dashboard.tsx";
import { Home } from "./pages/home.tsx";
import { Missing } from "./pages/missing.tsx";
import { Register } from "./pages/register.tsx";
import { SignIn } from "./pages/sign-in.tsx";
import { Watch } from "./pages/watch.tsx";
import { location, routeOf, startRouter } from "./router.ts";
import { startSession } from "./session.ts";
import { Header } from "./ui/header.tsx";

function App() {
  const route = routeOf(location.value.pathname);
  return (
    <>
      <Header />
      {route.page === "home" ? (
        <Home />
      ) : route.page === "login" ? (
        <SignIn />
      ) : route.page === "register" ? (
        <Register />
      ) : route.page === "dashboard" ? (
        <Dashboard />
      ) : route.page === "watch" ? (
        <Watch key={route.login} login={route.login} />
      ) : (
        <Missing />
      )}
    </>
  );
}

startRouter();
startSession();
const root = document.getElementById("app");
if (root) render(<App />, root);
