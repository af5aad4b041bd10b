/**
 * When to ask again: when an answer's freshness ends, and after a failure with growing pauses.
 * A page that nobody looks at asks nothing; it looks at the clock when it is shown again,
 * which is also how it wakes up after the machine slept.
 */

const SECOND = 1000;

/** The first pause after a failed request, and after an answer that is past its freshness. */
const FIRST_FAILURE_PAUSE = 5 * SECOND;
const FIRST_STALE_PAUSE = 15 * SECOND;

/** Pauses double up to this. */
const LONGEST_PAUSE = 300 * SECOND;

export class RefreshTimer {
  #refresh;
  #tick;
  #due = Infinity;
  #failures = 0;
  #awaitsNetwork = false;

  /**
   * @param {() => void} refresh Asks again.
   * @param {() => void} tick Runs every second while the page is looked at.
   */
  constructor(refresh, tick) {
    this.#refresh = refresh;
    this.#tick = tick;
    setInterval(() => this.#checkClock(), SECOND);
    document.addEventListener('visibilitychange', () => this.#checkClock());
    window.addEventListener('pageshow', () => this.#checkClock());
    window.addEventListener('online', () => {
      if (this.#awaitsNetwork) {
        // The network may need a moment more: the pauses begin anew.
        this.#failures = 0;
        this.#due = Date.now();
      }
      this.#checkClock();
    });
  }

  /** When it will ask again, ms since the epoch; `Infinity` when it will not. */
  get due() {
    return this.#due;
  }

  /** The shown place changed: earlier failures no longer count. */
  restart() {
    this.#failures = 0;
    this.pause();
  }

  /** Nothing is to be asked for now. */
  pause() {
    this.#due = Infinity;
    this.#awaitsNetwork = false;
  }

  /** A good answer came. @param {number} freshUntil ms since the epoch */
  fresh(freshUntil) {
    this.#failures = 0;
    this.#due = freshUntil;
    this.#awaitsNetwork = false;
  }

  /** An answer came that is already past its freshness. @param {number} freshUntil */
  stale(freshUntil) {
    this.#due = Math.max(freshUntil, Date.now() + this.#nextPause(FIRST_STALE_PAUSE));
    this.#awaitsNetwork = false;
  }

  /** No answer came. @param {number | null} retryAfter Seconds the service asked to wait. @param {boolean} offline */
  failed(retryAfter, offline) {
    this.#due = Date.now() + Math.max(this.#nextPause(FIRST_FAILURE_PAUSE), (retryAfter ?? 0) * SECOND);
    this.#awaitsNetwork = offline;
  }

  /** @param {number} first */
  #nextPause(first) {
    const pause = Math.min(first * 2 ** this.#failures, LONGEST_PAUSE);
    this.#failures += 1;
    return pause;
  }

  #checkClock() {
    if (document.visibilityState === 'hidden') return;
    if (Date.now() >= this.#due) {
      this.#due = Infinity;
      this.#refresh();
    }
    this.#tick();
  }
}
