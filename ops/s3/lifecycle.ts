// When objects and unfinished uploads are removed by themselves (AWS: S3, Managing the lifecycle of objects).

import type { Bodies } from "./bodies.ts";
import type { Catalogue } from "./catalogue.ts";
import { S3Error } from "./s3-error.ts";
import { parseXml, textOf, type XmlElement } from "./xml.ts";

const DAY_MS = 24 * 3_600_000;
const PAGE = 1_000;

interface LifecycleRule {
  prefix: string;
  /** Days after the last change of an object; null: never. */
  expiresDays: number | null;
  /** Days after an upload began; null: never. */
  abortsDays: number | null;
}

/** The rule of a new bucket: parts of uploads that nobody finished go. */
export const FORGOTTEN_PARTS = `<LifecycleConfiguration><Rule><ID>forgotten-parts</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter><AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule></LifecycleConfiguration>`;

/** The rules that are enabled. Throws S3Error for other kinds of rules. */
export function readLifecycle(xml: string): LifecycleRule[] {
  const rules = parseXml(xml).elements.filter(({ name }) => name === "Rule");
  return rules.filter((rule) => textOf(rule, "Status") === "Enabled").map(readRule);
}

function readRule(rule: XmlElement): LifecycleRule {
  const of = (name: string) => rule.elements.find((element) => element.name === name);
  const days = (element: XmlElement | undefined, name: string): number | null => {
    if (!element) return null;
    const value = Number(textOf(element, name));
    if (!Number.isInteger(value) || value < 1) throw new S3Error("NotImplemented", "only whole days are known");
    return value;
  };
  const filter = of("Filter");
  if (filter?.elements.some(({ name }) => name !== "Prefix"))
    throw new S3Error("NotImplemented", "only Prefix is known");
  return {
    prefix: (filter && textOf(filter, "Prefix")) ?? textOf(rule, "Prefix") ?? "",
    expiresDays: days(of("Expiration"), "Days"),
    abortsDays: days(of("AbortIncompleteMultipartUpload"), "DaysAfterInitiation"),
  };
}

/** Removes what the rules of all buckets say. Answers how many objects and uploads. */
export function expire({ catalogue, bodies }: { catalogue: Catalogue; bodies: Bodies }, nowMs: number): number {
  let removed = 0;
  for (const { name, lifecycle } of catalogue.buckets())
    for (const { prefix, expiresDays, abortsDays } of lifecycle === null ? [] : readLifecycle(lifecycle)) {
      const isOver = (sinceMs: number, days: number | null) => days !== null && nowMs - sinceMs > days * DAY_MS;
      for (const { id, key, begunAtMs } of catalogue.uploads(name)) {
        if (!key.startsWith(prefix) || !isOver(begunAtMs, abortsDays)) continue;
        bodies.remove(catalogue.together(() => catalogue.removeUpload(id)));
        removed++;
      }
      for (let from = prefix, more = expiresDays !== null; more; ) {
        const rows = catalogue.objects(name, { from, to: `${prefix}\u{10ffff}`, limit: PAGE });
        for (const { key, modifiedAtMs } of rows) {
          if (!isOver(modifiedAtMs, expiresDays)) continue;
          bodies.remove(catalogue.removeObject(name, key));
          removed++;
        }
        more = rows.length === PAGE;
        from = `${rows.at(-1)?.key}\u0000`;
      }
    }
  return removed;
}
