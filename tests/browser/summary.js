/** Prints how many tests passed and failed as the last line. */
export default class Summary {
  #outcomes = new Map();

  onTestEnd(test, result) {
    this.#outcomes.set(test.id, result.status === test.expectedStatus && result.status !== 'skipped');
  }

  /** Runs after every other reporter. */
  async onExit() {
    const passed = [...this.#outcomes.values()].filter(Boolean).length;
    console.log(`${passed} passed, ${this.#outcomes.size - passed} failed`);
  }
}
