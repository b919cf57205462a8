// A draft of the answer: kept in this browser at once, so that a closed tab costs nothing, and on the server when typing
// pauses, so that it is there on every device. What cannot be sent is kept here and sent later. Where another device has
// saved meanwhile nobody's text is overwritten: the person chooses.

/** A draft as the server tells of it. */
export interface Saved {
  readonly regions: string[] | null;
  readonly number: number;
  readonly updated_at: string;
}

/** What this browser keeps: the texts, which of the server's drafts they follow, and whether the server has them. */
interface Kept {
  readonly texts: readonly string[];
  readonly base: number;
  readonly sent: boolean;
}

export interface Listener {
  /** The draft lies on the server, or for the time being only in this browser. */
  saved(when: Date, where: "server" | "browser"): void;
  /** Another device has saved something else meanwhile. */
  differs(other: Saved): void;
}

const LOCAL_PAUSE = 400; // milliseconds without typing, before the texts are kept in this browser
const SEND_PAUSE = 1500; // and before they are sent
const AGAIN = 10_000; // before what could not be sent is tried again
const NONE = 0; // the number of the draft that is not there
const CHANGED = 412;
const TOO_MANY = 429;
const OURS = 500; // from here on it is the server that failed

function same(one: readonly string[] | null, other: readonly string[]): boolean {
  return one !== null && one.length === other.length && one.every((text, index) => text === other[index]);
}

export class Draft {
  private texts: readonly string[] = [];
  private base = NONE;
  private sent = true;
  private other: Saved | undefined; // what another device saved; nothing is sent until the person has chosen
  private refused = false; // the server does not take this draft; it stays in the browser
  private sending = false;
  private keeping: number | undefined;
  private waiting: number | undefined;

  constructor(
    private readonly key: string,
    private readonly address: string,
    private readonly token: string,
    private readonly listener: Listener,
  ) {
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") {
        this.keep();
        this.send();
      }
    });
  }

  /**
   * Decide with what the editor begins.
   *
   * Returns the texts of the draft, if there is one with as many as the exercise has regions.
   */
  begin(regions: number, saved: Saved | undefined): string[] | undefined {
    const kept = this.read(regions);
    const theirs = saved?.regions?.length === regions ? saved.regions : undefined;
    const number = saved?.number ?? NONE;
    this.refused = saved !== undefined && theirs === undefined; // a whole file, from a program; it is left alone
    if (kept === undefined || (kept.sent && theirs !== undefined && number !== kept.base)) {
      this.base = number;
      this.texts = theirs ?? [];
      return theirs;
    }
    this.texts = kept.texts;
    this.sent = kept.sent || same(theirs ?? null, kept.texts);
    this.base = this.sent || theirs === undefined ? number : kept.base;
    if (!this.sent && number !== this.base && saved !== undefined) {
      this.meet(saved);
    } else if (!this.sent) {
      this.later(SEND_PAUSE);
    }
    return [...kept.texts];
  }

  /** Take note of what was typed. */
  save(texts: readonly string[]): void {
    this.texts = [...texts];
    this.sent = false;
    window.clearTimeout(this.keeping);
    this.keeping = window.setTimeout(() => this.keep(), LOCAL_PAUSE);
    this.later(SEND_PAUSE);
  }

  /** Go on with what is here; the other device's draft is overwritten. */
  keepMine(): void {
    this.base = this.other?.number ?? this.base;
    this.other = undefined;
    this.send();
  }

  /** Go on with the other device's draft; returns its texts. */
  takeTheirs(): readonly string[] {
    const other = this.other;
    this.other = undefined;
    if (other?.regions) {
      this.base = other.number;
      this.texts = other.regions;
      this.sent = true;
      this.keep();
    }
    return this.texts;
  }

  private meet(saved: Saved): void {
    this.other = saved;
    this.listener.differs(saved);
  }

  private later(milliseconds: number): void {
    window.clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => this.send(), milliseconds);
  }

  private send(): void {
    if (this.sent || this.sending || this.other !== undefined) {
      return;
    }
    if (this.refused || !navigator.onLine) {
      this.listener.saved(new Date(), "browser");
      return;
    }
    this.sending = true;
    void this.put(this.texts).finally(() => {
      this.sending = false;
    });
  }

  private async put(texts: readonly string[]): Promise<void> {
    const headers = { "Content-Type": "application/json", "X-CSRF-Token": this.token, "If-Match": `"${this.base}"` };
    const body = JSON.stringify({ regions: texts });
    let answer: Response;
    try {
      answer = await fetch(this.address, { method: "PUT", headers, body });
      if (answer.ok || answer.status === CHANGED) {
        this.answered(texts, answer.ok, await answer.json());
        return;
      }
    } catch {
      this.postpone();
      return;
    }
    if (answer.status === TOO_MANY || answer.status >= OURS) {
      this.postpone();
    } else {
      this.refused = true;
      this.listener.saved(new Date(), "browser");
    }
  }

  private answered(texts: readonly string[], taken: boolean, said: Saved & { draft?: Saved | null }): void {
    if (taken) {
      this.base = said.number;
      this.sent = same([...texts], this.texts);
      this.keep();
      this.listener.saved(new Date(), "server");
    } else if (!said.draft) {
      this.base = NONE; // deleted elsewhere: there is nothing that could be overwritten
    } else if (same(said.draft.regions, this.texts)) {
      this.base = said.draft.number;
      this.sent = true;
      this.keep();
    } else {
      this.meet(said.draft);
      return;
    }
    if (!this.sent) {
      this.later(SEND_PAUSE);
    }
  }

  private postpone(): void {
    this.listener.saved(new Date(), "browser");
    this.later(AGAIN);
  }

  private keep(): void {
    try {
      const kept: Kept = { texts: this.texts, base: this.base, sent: this.sent };
      localStorage.setItem(this.key, JSON.stringify(kept));
    } catch {
      // Storage is full or forbidden: the text is still in the page, and sending and submitting still work.
    }
  }

  private read(regions: number): Kept | undefined {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(this.key) ?? "null");
      // What an earlier version of this script kept is a bare list of texts.
      const kept = (Array.isArray(found) ? { texts: found, base: NONE, sent: false } : found) as Kept | null;
      const texts: unknown = kept?.texts;
      const fits = Array.isArray(texts) && texts.length === regions && texts.every((text) => typeof text === "string");
      return kept !== null && fits ? { texts, base: Number(kept.base), sent: kept.sent === true } : undefined;
    } catch {
      return undefined;
    }
  }
}
