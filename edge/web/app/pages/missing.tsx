// The page for an address that does not exist.

import { useTitle } from "../instance.ts";
import { words } from "../words/missing.ts";

export interface MissingProps {
  /** The name that nobody has. Default: the address is no channel's. */
  channel?: string;
  /** The channel was there when the page was opened. */
  wasThere?: boolean;
}

export function Missing({ channel, wasThere = false }: MissingProps) {
  useTitle(words.notFound);
  return (
    <main id="main" class="missing">
      <p class="missing-code" aria-hidden="true">
        404
      </p>
      <h1>{channel ? (wasThere ? words.channelGone(channel) : words.noSuchChannel(channel)) : words.nothingHere}</h1>
      <p class="muted">{channel ? (wasThere ? words.searchOthers : words.checkSpelling) : words.checkAddress}</p>
      <form class="missing-search field" action="/search">
        <input type="search" name="q" defaultValue={wasThere ? "" : (channel ?? "")} aria-label={words.search} />
        <button class="button primary" type="submit">
          {words.search}
        </button>
      </form>
      <a href="/">{words.home}</a>
    </main>
  );
}
