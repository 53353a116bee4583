// The rules with shorter times, so that a fault is told and forgotten within seconds. What they ask for, and their limits, stay as they are.

import { type Rule, ruleFile } from "../support/queries.ts";

/** Windows are so many times shorter: five minutes become twenty seconds. */
const FASTER = 15;
/** How long something must last: one minute becomes two seconds. */
const PATIENCE_SHORTER = 30;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };

const shorter = (text: string, by: number) => {
  const [, count = "0", unit = "s"] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return `${Math.max(1, Math.round((Number(count) * SECONDS[unit]!) / by))}s`;
};

/** In windows and offsets; not in plain numbers, which are limits. */
export const acceleratedExpr = (expr: string): string =>
  expr
    .replace(/\[(\d+[smhd])\]/g, (_, length: string) => `[${shorter(length, FASTER)}]`)
    .replace(/\boffset (\d+[smhd])\b/g, (_, length: string) => `offset ${shorter(length, FASTER)}`);

const acceleratedRule = (rule: Rule): Rule => ({
  ...rule,
  expr: acceleratedExpr(rule.expr),
  ...(rule.for !== undefined && { for: shorter(rule.for, PATIENCE_SHORTER) }),
});

/** Both files of rules as one, as JSON, which YAML readers read. */
export const acceleratedRules = (): string =>
  JSON.stringify({
    groups: (["recording", "alerts"] as const).flatMap((name) =>
      ruleFile(name).groups.map((group) => ({ name: group.name, rules: group.rules.map(acceleratedRule) })),
    ),
  });
