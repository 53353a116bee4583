// The Content-Security-Policy of each kind of answer (W3C CSP 3).

/** For data: it is never executed or framed. */
export const API_POLICY = "default-src 'none'; frame-ancestors 'none'";

/**
 * For the web app: its own scripts and styles, hls.js' blobs, WebSockets. `scripts`: those in the HTML itself. `objectStore`: the origin to
 * which browsers send uploads and from which they may get videos; null: there is none. headers.ts adds frame-ancestors.
 */
export const pagePolicy = (scripts: readonly string[], objectStore: string | null = null) =>
  [
    "default-src 'none'",
    ["script-src 'self'", ...scripts.map((script) => `'${hashOf(script)}'`)].join(" "),
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    ["connect-src 'self' ws: wss:", objectStore].filter(Boolean).join(" "),
    "font-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
  ].join("; ");

const hashOf = (script: string) => `sha256-${new Bun.CryptoHasher("sha256").update(script).digest("base64")}`;

/** The API's documentation: a style sheet and no script. */
export const DOCS_POLICY =
  "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
