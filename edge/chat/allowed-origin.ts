// May a page of this origin open a socket here? Browsers send Origin and cannot forge it; others send none.

/** The edge's own host and `allowedOrigins`. `null` (sandboxed pages, files) is nobody's page: refused. */
export function originAllowed(headers: Headers, allowedOrigins: string[]): boolean {
  const origin = headers.get("origin");
  if (origin === null) return true;
  if (allowedOrigins.includes(origin)) return true;
  return URL.canParse(origin) && new URL(origin).host === headers.get("host");
}
