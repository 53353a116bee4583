// The header with which a browser saves what it gets, under a name of any letters (RFC 6266, RFC 8187).

/** Value of Content-Disposition. Controls, and what file systems dislike, become `_`. */
export function attachment(fileName: string): string {
  const name = fileName.toWellFormed().replace(/[\u0000-\u001f\u007f/\\:*?"<>|]/g, "_");
  const plain = name.replace(/[^\u0020-\u007e]/g, "_").replace(/[%]/g, "_");
  const escaped = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${escaped}`;
}
