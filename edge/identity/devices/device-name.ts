// What people call the device behind a User-Agent: good enough to recognise one's own. Order matters: most claim to be others too.

const BROWSERS: [RegExp, string][] = [
  [/\bEdg(e|A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bHeadlessChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];

const SYSTEMS: [RegExp, string][] = [
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bLinux\b/, "Linux"],
];

/**
 * The device without its version, which changes with every update: `Firefox on Linux`, `curl`, `unknown`. For e-mails: what others may
 * have chosen is no address that a mail program would make a link of.
 */
export function deviceFamily(userAgent: string): string {
  const family = deviceName(userAgent).split("/")[0]!;
  return family.includes(".") ? "unknown" : family;
}

/** `Firefox on Linux`, the first word of what is no browser (`curl/8.5.0`), or `unknown`. */
export function deviceName(userAgent: string): string {
  const nameIn = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = nameIn(BROWSERS);
  const system = nameIn(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? (/^[\w.+-]{1,40}(\/[\w.+-]{1,20})?/.exec(userAgent)?.[0] || "unknown");
}
