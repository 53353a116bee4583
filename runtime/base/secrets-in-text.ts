// A second line of defence: takes secrets out of a line that is about to be logged, wherever they stand. They must not be logged at all.

const REDACTED = "[redacted]";

/** Each pattern, and what takes its place. Matched against a line of JSON, so none may swallow a quote. */
const PATTERNS: readonly (readonly [pattern: RegExp, instead: string])[] = [
  // JWT, RFC 7519: `{"` in base64 begins with eyJ.
  [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, REDACTED],
  // Stream keys and personal access tokens: edge/channels/stream-key.ts, edge/identity/tokens/personal-token.ts.
  [/\blive_[a-z2-7]{32}\b/g, REDACTED],
  [/\btcl_pat_[0-9A-Za-z]{16,}/g, REDACTED],
  [/\b(Bearer|Basic) +[\w.~+/-]{8,}=*/gi, `$1 ${REDACTED}`],
  // Passwords in URLs.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s:@/"\\]*):[^\s@/"\\]+@/gi, `$1:${REDACTED}@`],
  // Signed addresses of the object store, and what OAuth puts into addresses. Not the links of e-mails: in development they are in the log.
  [
    /\b((?:X-Amz-Signature|X-Amz-Credential|X-Amz-Security-Token|access_token|refresh_token|client_secret|password)=)[^&\s"\\]+/gi,
    `$1${REDACTED}`,
  ],
  // Playback tokens in paths.
  [/(\/live\/[^/\s"]{1,64}\/~)[\w-]{16,}/g, `$1${REDACTED}`],
];

/** What most lines lack, so that they are not searched for anything else. */
const SUSPICIOUS = /eyJ|live_|tcl_pat_|Bearer|Basic|:\/\/|=|\/~/i;

export function withoutSecrets(line: string): string {
  if (!SUSPICIOUS.test(line)) return line;
  return PATTERNS.reduce((text, [pattern, instead]) => text.replace(pattern, instead), line);
}
