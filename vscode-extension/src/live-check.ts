// Checks a value while it is typed: not on every key, and never with an outdated result.

/** What the server says about a typed value. */
export interface Verdict {
  /** One sentence, or null if the value is right. */
  readonly problem: string | null;
  readonly severity: 'error' | 'warning' | null;
  /** A value that would be right. */
  readonly suggestion: string | null;
}

export const VALID: Verdict = { problem: null, severity: null, suggestion: null };

const DELAY_MS = 150;

export class LiveCheck {
  private turn = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private latest: { readonly text: string; readonly verdict: Promise<Verdict> } | undefined;

  constructor(
    private readonly check: (text: string) => Promise<Verdict>,
    private readonly show: (verdict: Verdict) => void,
  ) {}

  /** Checks the text after a pause, unless another text is typed before. */
  typed(text: string): void {
    const turn = this.next();
    this.timer = setTimeout(() => void this.run(text, turn), DELAY_MS);
  }

  /** Checks and shows the text now, and returns the verdict. */
  now(text: string): Promise<Verdict> {
    return this.run(text, this.next());
  }

  /** Shows no further verdict. */
  stop(): void {
    this.next();
  }

  private next(): number {
    clearTimeout(this.timer);
    return ++this.turn;
  }

  private async run(text: string, turn: number): Promise<Verdict> {
    if (this.latest?.text !== text) {
      this.latest = { text, verdict: this.check(text) };
    }
    const verdict = await this.latest.verdict;
    if (turn === this.turn) {
      this.show(verdict);
    }
    return verdict;
  }
}
