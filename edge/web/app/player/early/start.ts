// The script in the HTML of a watch page: fetches the first media and plays them before the app's files have come. Built alone, see
// server/build.ts; it ends up in the HTML, so it imports little.

import { earlyMediaOf } from "./media.ts";
import { EarlyPicture } from "./picture.ts";

// The server puts this script only into pages at a channel's address.
const login = window.location.pathname.replaceAll("/", "").toLowerCase();
const media = earlyMediaOf(login);
// The request is under way: to make an element and to read what is stored takes as long as the answer.
const picture = EarlyPicture.make();
media.picture = picture;
window.__early = { login, media };
if (picture)
  void Promise.all([media.isOnAir, whenParsed()]).then(([isOnAir]) => {
    const frame = document.getElementById("early");
    if (!isOnAir || !frame || picture.video.parentNode) return; // The page has a player already.
    frame.hidden = false;
    frame.querySelector(".player-screen")?.append(picture.video);
  });

/** The elements of the HTML are there. Scripts that are modules run later. */
function whenParsed(): Promise<void> {
  if (document.readyState !== "loading") return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("readystatechange", () => resolve(), { once: true });
  });
}
