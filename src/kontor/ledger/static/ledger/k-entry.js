// An entry by hand: totals and difference follow the typing; an empty amount of the last line offers what is missing.
import { formatAmount, parseAmount, regionOf } from "../ui/js/figures.js";

class Entry extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.show());
    this.addEventListener("change", () => this.show());
    this.addEventListener("focusin", (event) => this.offer(event.target));
    this.show();
  }

  sum(side) {
    const inputs = [...this.querySelectorAll(`[data-side="${side}"]`)];
    return inputs.reduce((sum, input) => sum + (parseAmount(input.value, regionOf(this)) ?? 0), 0);
  }

  show() {
    const [debit, credit] = [this.sum("debit"), this.sum("credit")];
    for (const [name, minor] of Object.entries({ debit, credit, difference: debit - credit })) {
      const place = this.querySelector(`[data-sum="${name}"]`);
      if (place) place.textContent = formatAmount(minor, regionOf(this));
    }
    this.querySelector("[data-even]")?.setAttribute("data-even", debit === credit ? "yes" : "no");
  }

  /** Show what is missing on the entered side as a hint inside of the empty field. */
  offer(target) {
    const side = target.dataset?.side;
    if (!side || target.value) return;
    const missing = side === "debit" ? this.sum("credit") - this.sum("debit") : this.sum("debit") - this.sum("credit");
    target.placeholder = missing > 0 ? formatAmount(missing, regionOf(this)) : "";
  }
}

customElements.define("k-entry", Entry);
