// A long job: asks every second until the answer carries no address any more.

const EVERY_MS = 1000;
const PATIENCE = 5;

class Job extends HTMLElement {
  connectedCallback() {
    this.misses = 0;
    if (this.dataset.src) this.timer = setTimeout(() => this.ask(), EVERY_MS);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async ask() {
    const asked = fetch(this.dataset.src, { headers: { "X-Fragment": "job" } });
    const text = await asked.then((answer) => (answer.ok ? answer.text() : null)).catch(() => null);
    if (!this.isConnected) return;
    if (text !== null) {
      const box = document.createElement("template");
      box.innerHTML = text;
      const next = box.content.querySelector("k-job");
      if (next && !next.dataset.src) this.dispatchEvent(new CustomEvent("k-job-done", { bubbles: true }));
      if (next) return this.replaceWith(next);
    }
    this.misses += 1;
    if (this.misses < PATIENCE) this.timer = setTimeout(() => this.ask(), EVERY_MS * this.misses);
  }
}

customElements.define("k-job", Job);
