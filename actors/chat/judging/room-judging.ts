// What a room judges its lines by, beside bans and modes: blocked terms refuse, AutoMod holds for a moderator.

import type { AutoModView, HoldReason } from "#schema/api/auto-mod.ts";
import type { LineEntry } from "#schema/api/chat.ts";
import type { JudgingRules, RoomTerm } from "#schema/queries/chat/judging.ts";
import type { HeldLine } from "#schema/wire/held-lines.ts";
import { autoModOf } from "#schema/wire/moderation/auto-mod-settings.ts";
import { fold } from "#schema/wire/moderation/fold.ts";
import { addTerms } from "#schema/wire/moderation/term-list.ts";
import type { CodeVerdict } from "#schema/wire/room.ts";
import type { AdmittedLine, LineRefusal } from "../rules/rule.ts";
import { compileAutoMod, NO_AUTO_MOD } from "./auto-mod.ts";
import { judgeEmoteCode } from "./emote-codes.ts";
import { HoldQueue } from "./hold-queue.ts";
import { judge } from "./judge.ts";
import { JudgedText, type Place } from "./judged-text.ts";
import { LivingTerms } from "./living-terms.ts";
import { RecentLines } from "./recent-lines.ts";
import { fingerprint } from "./similarity.ts";

/** Who decides what may be said here. Their lines are not judged; VIPs' are. */
const ABOVE_JUDGING = ["broadcaster", "editor", "moderator", "staff", "admin"];
/** Lines before the room opened that a line is compared with. */
const LINES_BEFORE_MAX = 128;
/** While the queue is full. */
const FULL_RETRY_AFTER_MS = 10_000;

export class RoomJudging {
  readonly held = new HoldQueue();
  readonly #terms = new Map<string, RoomTerm>();
  readonly #living = { blocked: new LivingTerms(), permitted: new LivingTerms() };
  #settings = autoModOf(null);
  #autoMod = NO_AUTO_MOD;
  readonly #history = new RecentLines();

  /** Takes what the store has. To be called once, before any line is judged. */
  load({ terms, autoMod, held }: JudgingRules) {
    this.addTerms(terms);
    this.settings = autoModOf(autoMod);
    this.held.load(held);
  }

  get settings(): AutoModView {
    return this.#settings;
  }

  set settings(settings: AutoModView) {
    this.#settings = settings;
    const { levels, languages } = settings;
    const isOff = Object.values(levels).every((level) => level === 0);
    this.#autoMod = isOff ? NO_AUTO_MOD : compileAutoMod({ levels, ...(languages ? { languages } : {}) });
  }

  /** True if lines of before matter. */
  get looksBack(): boolean {
    return this.#settings.levels.spam > 0;
  }

  /** The newest lines of before, ascending. */
  saidBefore(lines: readonly LineEntry[]) {
    if (!this.looksBack) return;
    for (const { user, body, at } of lines.slice(-LINES_BEFORE_MAX))
      this.#history.add(user.id, fingerprint(fold(body).text), Date.parse(at));
  }

  /** Terms of a moderator, as far as the list takes them: the edge that checked them may not have known the newest ones. */
  addable(kind: RoomTerm["kind"], terms: readonly { id: string; text: string }[], nowMs: number) {
    const texts = this.#living[kind].texts(nowMs);
    return terms.filter(({ id, text }) => {
      if (this.#terms.has(id)) return true;
      const { added } = addTerms(text, texts);
      texts.push(...added);
      return added.length > 0;
    });
  }

  addTerms(terms: readonly RoomTerm[]) {
    for (const term of terms) {
      const { id, kind, text, expiresAtMs } = term;
      if (this.#terms.has(id)) continue;
      this.#terms.set(id, term);
      this.#living[kind].add(text, expiresAtMs ?? Number.POSITIVE_INFINITY);
    }
  }

  termOf(id: string): RoomTerm | null {
    return this.#terms.get(id) ?? null;
  }

  deleteTerm(id: string) {
    const term = this.#terms.get(id);
    this.#terms.delete(id);
    if (term) this.#living[term.kind].delete(term.text);
  }

  /** Whether an emote may have this code. */
  judgeCode(code: string, nowMs: number): CodeVerdict {
    const { levels, languages } = this.#settings;
    return judgeEmoteCode(code, {
      blocked: this.#living.blocked.at(nowMs),
      permitted: this.#living.permitted.at(nowMs),
      settings: { levels, ...(languages ? { languages } : {}) },
    });
  }

  /** Refuses what waits already, another line of its nonce, and an answer to a line that nobody has read; null: none of these. */
  refuseHeld({ user, nonce, body, action, replyTo, atMs }: AdmittedLine): LineRefusal | null {
    if (replyTo !== null && this.held.waiting(replyTo, atMs)) return refusal("invalid_body", "there is no such line");
    const same = this.held.ofNonce(user.id, nonce);
    if (!same) return null;
    return same.body === body && same.action === action
      ? refusal("held", "the line waits for a moderator")
      : refusal("nonce_reused", "another line of yours had this nonce");
  }

  /**
   * Judges a line that bans and modes let pass. Null: it may be said. A HeldLine waits from now on; `held.take` takes it back if it cannot be
   * stored. `lineId`: of the line.
   */
  judge(line: AdmittedLine, lineId: string): LineRefusal | HeldLine | null {
    const { user, nonce, body, atMs } = line;
    const reason = this.#reasonOf(line);
    if (reason === null || "detail" in reason) return reason;
    if (this.held.saysAgain(line)) return refusal("duplicate", "the same line of yours waits for a moderator");
    if (this.held.isFullFor(user.id, atMs))
      return { ...refusal("busy", "too many lines wait for a moderator"), retryAfterMs: FULL_RETRY_AFTER_MS };
    const { action, replyTo } = line;
    const held = {
      id: lineId,
      user,
      nonce,
      body,
      action,
      replyTo,
      atMs,
      expiresAtMs: atMs + this.#settings.holdMs,
      reason,
    };
    this.held.add(held);
    return held;
  }

  #reasonOf(line: AdmittedLine): LineRefusal | HoldReason | null {
    const { user, body, atMs, speaking, tokens } = line;
    if (user.badges.some((badge) => ABOVE_JUDGING.includes(badge))) return null;
    const isSuspicious = this.#settings.holdSuspicious && speaking?.suspicious === true;
    if (this.#judgesNothing) return isSuspicious ? { code: "suspicious", marks: [] } : null;
    const text = new JudgedText(body, this.#unsaidOf(tokens, atMs));
    const terms = this.#living.blocked.at(atMs);
    const permitted = this.#living.permitted.at(atMs);
    const autoMod = this.#autoMod;
    const { allowedHosts, levels } = this.#settings;
    const history = this.#history;
    const verdict = judge({ text, by: user.id, atMs }, { terms, permitted, autoMod, allowedHosts, history });
    if (verdict.verdict === "block") return refusal(verdict.code, "the line has a term that is blocked here");
    if (this.looksBack) history.add(user.id, text.print, atMs);
    if (verdict.verdict === "hold")
      return {
        ...{ code: "automod", category: verdict.kind, level: levels[verdict.kind] },
        marks: verdict.found.map((place) => markOf(body, place)),
      };
    return isSuspicious ? { code: "suspicious", marks: [] } : null;
  }

  /** An emote that a term names is a word: so moderators take it out of the room. In other terms it is a picture. */
  #unsaidOf({ emotes, logins }: AdmittedLine["tokens"], nowMs: number) {
    const pictures = emotes.filter((code) => !this.#living.blocked.names(code, nowMs));
    return {
      ...(pictures.length > 0 ? { emotes: new Set(pictures) } : {}),
      ...(logins.length > 0 ? { isPerson: (login: string) => logins.includes(login) } : {}),
    };
  }

  get #judgesNothing() {
    return this.#living.blocked.isEmpty && this.#autoMod === NO_AUTO_MOD;
  }
}

const refusal = (code: LineRefusal["code"], detail: string): LineRefusal => ({ code, detail });

/** UTF-16 offsets → code points. */
const markOf = (body: string, { start, end }: Place) => {
  const from = [...body.slice(0, start)].length;
  return { from, to: from + [...body.slice(start, end)].length };
};
