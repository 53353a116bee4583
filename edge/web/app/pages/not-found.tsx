// What there is to say about an address that leads nowhere.

import { useEffect } from "preact/hooks";

export function NotFound({ what = "page" }: { what?: string }) {
  useEffect(() => {
    document.title = "Not found · TwitchClone";
  }, []);
  return (
    <main id="main" class="missing">
      <p class="missing-code" aria-hidden="true">
        404
      </p>
      <h1>There is no such {what}</h1>
      <p class="muted">
        {what === "channel"
          ? "Nobody has this name yet, or it is spelt differently."
          : "The address leads nowhere. It may have moved, or never existed."}
      </p>
      <a class="button primary" href="/">
        See who is live
      </a>
    </main>
  );
}
