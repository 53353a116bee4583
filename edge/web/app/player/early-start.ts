// The script in the HTML of a watch page: fetches the first media before the app's files have come. Built alone, see server/build.ts.

import { earlyMediaOf } from "./early-media.ts";

// The server puts this script only into pages at a channel's address.
const login = window.location.pathname.replaceAll("/", "").toLowerCase();
window.__early = { login, media: earlyMediaOf(login) };
