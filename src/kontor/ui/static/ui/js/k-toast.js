// Toasts leave by themselves after ten seconds, not while the pointer or the focus rests on them.

const STAY_MS = 10_000;

class Toast extends HTMLElement {
  connectedCallback() {
    this.region = this.querySelector(".k-toasts");
    this.region.querySelectorAll(".k-toast").forEach((toast) => this.watch(toast));
    this.observer = new MutationObserver((changes) => {
      for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) this.watch(node);
    });
    this.observer.observe(this.region, { childList: true });
    this.addEventListener("click", (event) => event.target.closest("[data-dismiss]")?.closest(".k-toast").remove());
  }

  disconnectedCallback() {
    this.observer.disconnect();
  }

  watch(toast) {
    if (toast.classList.contains("is-neg")) return;
    const leave = () => setTimeout(() => (toast.matches(":hover, :focus-within") ? (timer = leave()) : toast.remove()), STAY_MS);
    let timer = leave();
    toast.addEventListener("submit", () => clearTimeout(timer));
  }
}

customElements.define("k-toast", Toast);
