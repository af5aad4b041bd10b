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

export class Renewal {
  #renew;
  #tick;
  #due = Infinity;
  #disappointments = 0;
  #awaitsNetwork = false;

  /**
   * @param {() => void} renew Asks again.
   * @param {() => void} tick Runs every second while the page is looked at.
   */
  constructor(renew, tick) {
    this.#renew = renew;
    this.#tick = tick;
    setInterval(() => this.#look(), SECOND);
    document.addEventListener('visibilitychange', () => this.#look());
    window.addEventListener('pageshow', () => this.#look());
    window.addEventListener('online', () => {
      if (this.#awaitsNetwork) {
        // The network may need a moment more: the pauses begin anew.
        this.#disappointments = 0;
        this.#due = Date.now();
      }
      this.#look();
    });
  }

  /** When it will ask again, ms since the epoch; `Infinity` when it will not. */
  get due() {
    return this.#due;
  }

  /** The shown place changed: earlier failures no longer count. */
  restart() {
    this.#disappointments = 0;
    this.pause();
  }

  /** Nothing is to be asked for now. */
  pause() {
    this.#due = Infinity;
    this.#awaitsNetwork = false;
  }

  /** A good answer came. @param {number} freshUntil ms since the epoch */
  fresh(freshUntil) {
    this.#disappointments = 0;
    this.#due = freshUntil;
    this.#awaitsNetwork = false;
  }

  /** An answer came that is already past its freshness. @param {number} freshUntil @param {boolean} offline */
  stale(freshUntil, offline) {
    this.#due = Math.max(freshUntil, Date.now() + this.#nextPause(offline ? FIRST_FAILURE_PAUSE : FIRST_STALE_PAUSE));
    this.#awaitsNetwork = offline;
  }

  /** No answer came. @param {number | null} retryAfter Seconds the service asked to wait. @param {boolean} offline */
  failed(retryAfter, offline) {
    this.#due = Date.now() + Math.max(this.#nextPause(FIRST_FAILURE_PAUSE), (retryAfter ?? 0) * SECOND);
    this.#awaitsNetwork = offline;
  }

  #nextPause(first) {
    const pause = Math.min(first * 2 ** this.#disappointments, LONGEST_PAUSE);
    this.#disappointments += 1;
    return pause;
  }

  #look() {
    if (document.visibilityState === 'hidden') return;
    if (Date.now() >= this.#due) {
      this.#due = Infinity;
      this.#renew();
    }
    this.#tick();
  }
}
