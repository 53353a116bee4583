// A readable name for a device, from its User-Agent. Order matters: most browsers claim to be others too.

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
 * The name without the version, which changes with every update: `Firefox on Linux`, `curl`, `unknown`. Safe for e-mails: the sender of the
 * User-Agent cannot make it a domain name, which mail programs would turn into a link.
 */
export function deviceFamily(userAgent: string): string {
  const family = deviceName(userAgent).split("/")[0]!;
  return family.includes(".") ? "unknown" : family;
}

/** `Firefox on Linux`, the first word of another program's User-Agent (`curl/8.5.0`), or `unknown`. */
export function deviceName(userAgent: string): string {
  const nameIn = (table: [RegExp, string][]) => table.find(([pattern]) => pattern.test(userAgent))?.[1];
  const browser = nameIn(BROWSERS);
  const system = nameIn(SYSTEMS);
  if (browser && system) return `${browser} on ${system}`;
  return browser ?? system ?? (/^[\w.+-]{1,40}(\/[\w.+-]{1,20})?/.exec(userAgent)?.[0] || "unknown");
}
