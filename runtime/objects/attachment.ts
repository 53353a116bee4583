// The header with which a browser saves what it gets, under a name of any letters (RFC 6266, RFC 8187).

/** What ends the header, or would make a path of the name, whoever saves it. */
const NEVER = /[\p{Cc}/\\]/gu;
/** What the plain name cannot say, and what file systems of clients that read nothing else dislike. */
const NOT_PLAIN = /[^\u0020-\u007e]|[:*?"<>|%]/gu;

/** Value of Content-Disposition. `filename*` has the name as it is, but for controls and slashes, which become `_`; so does more in `filename`. */
export function attachment(fileName: string): string {
  const name = fileName.toWellFormed().replace(NEVER, "_");
  const escaped = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${name.replace(NOT_PLAIN, "_")}"; filename*=UTF-8''${escaped}`;
}
