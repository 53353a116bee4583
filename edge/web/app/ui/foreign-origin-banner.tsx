// A banner for whoever runs the site: the page was opened at an address that the server does not take for its own.

import { isForeignOrigin } from "../session.ts";

export function ForeignOriginBanner() {
  if (!isForeignOrigin.value) return null;
  return (
    <div class="notice warn" role="alert">
      <p>
        The server does not know <strong>{window.location.origin}</strong> as its own address, so chat stays closed and
        nobody stays signed in. If you run this site, set <code>PUBLIC_URL</code> to this address.
      </p>
    </div>
  );
}
