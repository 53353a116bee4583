// The page for an address that does not exist.

import { useTitle } from "../instance.ts";
import { words } from "../words/channel.ts";

/** `channel`: the name that nobody has. Default: the address is no channel's. */
export function NotFound({ channel }: { channel?: string }) {
  useTitle("Not found");
  return (
    <main id="main" class="missing">
      <p class="missing-code" aria-hidden="true">
        404
      </p>
      <h1>{channel ? words.noSuchChannel(channel) : words.nothingHere}</h1>
      <p class="muted">{channel ? words.checkSpelling : words.checkAddress}</p>
      <form class="missing-search" action="/search">
        <input type="search" name="q" defaultValue={channel ?? ""} aria-label={words.search} />
        <button class="button primary" type="submit">
          {words.search}
        </button>
      </form>
      <a href="/">{words.home}</a>
    </main>
  );
}
