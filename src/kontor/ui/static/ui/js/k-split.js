// Sharing one payment among several items: ticking fills in what fits, the remainder is always shown.
// data-total holds the payment in minor units; each input has data-open, its row a checkbox.
import { formatAmount, parseAmount, regionOf } from "./figures.js";

class Split extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("input", () => this.show());
  }

  connectedCallback() {
    this.show();
  }

  changed(target) {
    const input = target.closest("tr, li")?.querySelector("[data-open]");
    if (target.matches("[type=checkbox]") && input) {
      input.disabled = !target.checked;
      input.value = target.checked ? formatAmount(this.share(Number(input.dataset.open)), regionOf(this)) : "";
      target.closest("tr, li").classList.toggle("is-off", !target.checked);
    } else if (target.matches("[data-open]")) {
      const minor = parseAmount(target.value, regionOf(this));
      if (minor !== null) target.value = formatAmount(minor, regionOf(this));
    }
    this.show();
  }

  /** Return how much of `open` still fits into the payment, all of it when nothing is left to share. */
  share(open) {
    const rest = this.rest();
    return rest > 0 && open > 0 ? Math.min(open, rest) : open;
  }

  total() {
    return Math.abs(Number(this.dataset.total));
  }

  rest() {
    return this.total() - this.allocated();
  }

  allocated() {
    const inputs = [...this.querySelectorAll("[data-open]:not(:disabled)")];
    return inputs.reduce((sum, input) => sum + (parseAmount(input.value, regionOf(this)) ?? 0), 0);
  }

  show() {
    const rest = this.rest();
    const write = (name, minor) => {
      for (const place of document.querySelectorAll(`[data-split="${name}"]`)) place.textContent = formatAmount(minor, regionOf(this));
    };
    write("allocated", this.allocated());
    write("rest", rest);
    for (const place of document.querySelectorAll("[data-split-state]")) place.classList.toggle("is-ok", rest === 0);
    const isTicked = this.querySelector("[type=checkbox]:checked") !== null;
    for (const button of document.querySelectorAll("[data-split-send]")) button.disabled = !isTicked;
  }
}

customElements.define("k-split", Split);
