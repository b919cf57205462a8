// A draft of the answer, kept in this browser so that a closed tab costs nothing.

/** A draft under one key; a browser without storage just has none. */
export class Draft {
  private timer: number | undefined;

  constructor(
    private readonly key: string,
    private readonly saved: (when: Date) => void,
  ) {}

  /** The kept texts, if there are as many as the exercise has regions. */
  load(regions: number): string[] | undefined {
    try {
      const kept: unknown = JSON.parse(localStorage.getItem(this.key) ?? "null");
      const fits = Array.isArray(kept) && kept.length === regions && kept.every((text) => typeof text === "string");
      return fits ? (kept as string[]) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Keep the texts, once typing pauses. */
  save(texts: readonly string[]): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => {
      try {
        localStorage.setItem(this.key, JSON.stringify(texts));
        this.saved(new Date());
      } catch {
        // Storage is full or forbidden: the text is still in the page, and submitting still works.
      }
    }, 400);
  }
}
