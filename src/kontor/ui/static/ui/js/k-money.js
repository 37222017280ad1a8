// An amount field adds up sums such as 12,5+3 and writes the result as the region does when it is left.
import { formatAmount, parseAmount, regionOf } from "./figures.js";

class Money extends HTMLElement {
  connectedCallback() {
    if (this.input && this.contains(this.input)) return;
    this.input = this.querySelector("input");
    this.input?.addEventListener("change", () => this.settle());
  }

  settle() {
    const minor = parseAmount(this.input.value, regionOf(this));
    if (minor === null) return;
    this.input.value = formatAmount(minor, regionOf(this));
    this.dispatchEvent(new CustomEvent("k-amount", { bubbles: true, detail: { minor } }));
  }
}

customElements.define("k-money", Money);
