// The sum of what is ticked, live: boxes carry data-amount in minor units; [data-sum] and [data-count] show it.
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
    const sum = ticked.reduce((found, box) => found + Number(box.dataset.amount), 0);
    const shown = this.querySelector("[data-sum]");
    if (shown) shown.textContent = formatAmount(sum, regionOf(this));
    const count = this.querySelector("[data-chosen]");
    if (count) count.textContent = String(ticked.length);
    this.querySelectorAll("[data-amount]").forEach((box) => box.closest("tr")?.classList.toggle("is-sel", box.checked));
  }
}

customElements.define("k-sum", Sum);
