/**
 * When to send the next request: when an answer's freshness ends, and after a failure with growing pauses.
 * A hidden page sends none; it checks the clock when it is shown again,
 * which is also how it wakes up after the machine has slept.
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
   * @param {() => void} refresh Sends the next request.
   * @param {() => void} tick Runs every second while the page is shown.
   */
  constructor(refresh, tick) {
    this.#refresh = refresh;
    this.#tick = tick;
    setInterval(() => this.#checkClock(), SECOND);
    document.addEventListener('visibilitychange', () => this.#checkClock());
    window.addEventListener('pageshow', () => this.#checkClock());
    window.addEventListener('online', () => {
      if (this.#awaitsNetwork) {
        // The network may need another moment: the pauses start again from the shortest.
        this.#failures = 0;
        this.#due = Date.now();
      }
      this.#checkClock();
    });
  }

  /** When the next request is due, ms since the epoch; `Infinity` if there is none. */
  get due() {
    return this.#due;
  }

  /** The shown place changed: earlier failures no longer count. */
  restart() {
    this.#failures = 0;
    this.pause();
  }

  /** Stops: no request is due. */
  pause() {
    this.#due = Infinity;
    this.#awaitsNetwork = false;
  }

  /** A good answer arrived. @param {number} freshUntil ms since the epoch */
  fresh(freshUntil) {
    this.#failures = 0;
    this.#due = freshUntil;
    this.#awaitsNetwork = false;
  }

  /** An answer arrived that is already past its freshness. @param {number} freshUntil */
  stale(freshUntil) {
    this.#due = Math.max(freshUntil, Date.now() + this.#nextPause(FIRST_STALE_PAUSE));
    this.#awaitsNetwork = false;
  }

  /** No answer arrived. @param {number | null} retryAfter Seconds the service asked to wait. @param {boolean} offline */
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
