// The check of Origin before a WebSocket is opened. Browsers send it and pages cannot forge it; other clients send none.

/** True for the edge's own host and for `allowedOrigins`; false for `null` (sandboxed pages, files). */
export function originAllowed(headers: Headers, allowedOrigins: string[]): boolean {
  const origin = headers.get("origin");
  if (origin === null) return true;
  if (allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get("host");
}
