// The sum of what is ticked, live: boxes carry data-amount in minor units, or data-gross of a ticked box beside them
// that gives the discount up; [data-sum] and [data-count] show it.
import { formatAmount, regionOf } from "../ui/js/figures.js";

class Sum extends HTMLElement {
  connectedCallback() {
    this.addEventListener("change", () => this.show());
    this.addEventListener("click", () => setTimeout(() => this.show()));
    this.addEventListener("keyup", () => this.show());
    this.show();
  }

  show() {
    const ticked = [...this.querySelectorAll("[data-amount]")].filter((box) => box.checked);
    const sum = ticked.reduce((found, box) => found + this.amountOf(box), 0);
    const shown = this.querySelector("[data-sum]");
    if (shown) shown.textContent = formatAmount(sum, regionOf(this));
    const count = this.querySelector("[data-chosen]");
    if (count) count.textContent = String(ticked.length);
    this.querySelectorAll("[data-amount]").forEach((box) => box.closest("tr")?.classList.toggle("is-sel", box.checked));
  }

  amountOf(box) {
    const gross = box.closest("tr")?.querySelector("[data-gross]");
    return Number(gross?.checked ? gross.dataset.gross : box.dataset.amount);
  }
}

customElements.define("k-sum", Sum);
