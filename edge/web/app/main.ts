// What the HTML page runs: the app's styles, and the app once the first picture of a watch page is on the screen, for which it would
// be in the way. Small on purpose: the HTML makes the browser fetch the app meanwhile.

import "./style/tokens.css";
import "./style/base.css";
import "./style/shell.css";
import "./style/card.css";
import "./style/home.css";
import "./style/browse.css";
import "./style/search.css";
import "./style/forms.css";
import "./style/watch.css";
import "./style/player.css";
import "./style/videos.css";
import "./style/chat.css";
import "./style/chat-line.css";
import "./style/room-cards.css";
import "./style/composer.css";
import "./style/panel.css";
import "./style/sections.css";
import "./style/studio.css";
import "./style/restream.css";
import "./style/go-live.css";
import "./style/plot.css";
import "./style/dialog.css";
import "./style/menu.css";
import "./style/toast.css";
import "./style/tabs.css";
import "./style/switch.css";
import "./style/table.css";
import "./style/pictures.css";
import "./style/progress.css";
import "./style/skeleton.css";
import "./style/person-card.css";
import "./style/settings.css";
import "./style/two-factor.css";
import "./style/staff.css";
import "./style/bare.css";
import { after } from "./clock.ts";

/** The app waits for the first picture no longer than this. */
const APP_WAITS_MS_MAX = 1_000;

const picture = window.__early?.media.picture;
if (picture) void Promise.race([picture.shown, new Promise<void>((done) => after(APP_WAITS_MS_MAX, done))]).then(begin);
else begin();

function begin() {
  void import("./start.ts").then(({ start }) => start());
}
