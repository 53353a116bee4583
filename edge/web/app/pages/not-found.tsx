// The page for an address that does not exist.

import { useTitle } from "../instance.ts";

export function NotFound({ what = "page" }: { what?: string }) {
  useTitle("Not found");
  return (
    <main id="main" class="missing">
      <p class="missing-code" aria-hidden="true">
        404
      </p>
      <h1>This {what} does not exist</h1>
      <p class="muted">
        {what === "channel"
          ? "Nobody has this name. Check the spelling."
          : "Check the address, or start again from the home page."}
      </p>
      <a class="button primary" href="/">
        See who is live
      </a>
    </main>
  );
}
