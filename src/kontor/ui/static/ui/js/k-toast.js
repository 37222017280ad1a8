// Toasts leave by themselves after ten seconds, not while the pointer or the focus rests on them.

const STAY_MS = 10_000;

class Toast extends HTMLElement {
  connectedCallback() {
    this.watched = new WeakSet();
    this.observer = new MutationObserver(() => this.look());
    this.observer.observe(this, { childList: true, subtree: true });
    this.look();
    this.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".k-toast").remove());
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  /** Also where an answer has brought the whole region anew. */
  look() {
    for (const toast of this.querySelectorAll(".k-toast")) if (!this.watched.has(toast)) this.watch(toast);
  }

  watch(toast) {
    this.watched.add(toast);
    if (toast.classList.contains("is-neg")) return;
    const leave = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? (timer = leave()) : toast.remove()), STAY_MS);
    let timer = leave();
    toast.addEventListener("submit", () => clearTimeout(timer));
  }
}

customElements.define("k-toast", Toast);
