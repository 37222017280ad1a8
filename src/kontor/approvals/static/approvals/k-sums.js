// Sums of what is ticked, per currency, and how many.
import { formatAmount, regionOf } from "../ui/js/figures.js";

class Sums extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("change", () => this.count());
  }

  count() {
    const boxes = [...this.querySelectorAll("[name=ids]:checked")];
    for (const shown of this.querySelectorAll("[data-sum]")) {
      const own = boxes.filter((box) => box.dataset.currency === shown.dataset.sum);
      shown.textContent = formatAmount(own.reduce((sum, box) => sum + Number(box.dataset.amount), 0), regionOf(this));
    }
    this.querySelector("[data-ticked]").textContent = boxes.length;
    this.querySelector(".k-bar [type=submit]").disabled = boxes.length === 0;
  }
}

customElements.define("k-sums", Sums);
