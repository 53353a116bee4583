// What the HTML page runs: on a watch page the video starts before anything is drawn. The pages are in app.tsx.

import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/home.css";
import "./style/forms.css";
import "./style/watch.css";
import "./style/player.css";
import "./style/chat.css";
import "./style/dashboard.css";
import "./style/plot.css";
import "./style/dialog.css";
import "./style/settings.css";
import "./style/two-factor.css";
import "./style/staff.css";
import { pageAt } from "../page-addresses.ts";
import { startApp } from "./app.tsx";
import { beginHeadStart } from "./player/head-start.ts";

const found = pageAt(window.location.pathname);
if (found?.name === "watch") void beginHeadStart((found.props as { login: string }).login).then(start);
else start();

function start() {
  const root = document.getElementById("app");
  if (root) startApp(root);
}
