// Opening balances: totals and rest follow the typing; Enter and the arrows move from account to account.
import { formatAmount, parseAmount, regionOf } from "../ui/js/figures.js";

class Opening extends HTMLElement {
  connectedCallback() {
    this.addEventListener("input", () => this.show());
    this.addEventListener("change", () => this.show());
    this.addEventListener("keydown", (event) => this.move(event));
    this.show();
  }

  inputs(side) {
    return [...this.querySelectorAll(`input[data-side="${side}"]`)];
  }

  show() {
    const region = regionOf(this.querySelector("k-money") ?? this);
    const [debit, credit] = ["debit", "credit"].map((side) =>
      this.inputs(side).reduce((sum, input) => sum + (parseAmount(input.value, region) ?? 0), 0),
    );
    for (const [name, minor] of Object.entries({ debit, credit, difference: debit - credit })) {
      const place = this.querySelector(`[data-sum="${name}"]`);
      if (place && this.inputs("debit").length) place.textContent = formatAmount(minor, region);
    }
  }

  /** Go to the account below (Enter, ↓) or above (↑) on the same side. */
  move(event) {
    const side = event.target.dataset?.side;
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!side || !step || event.ctrlKey || event.metaKey || event.altKey) return;
    const all = this.inputs(side);
    const next = all[all.indexOf(event.target) + step];
    event.preventDefault();
    next?.focus();
    next?.select();
  }
}

customElements.define("k-opening", Opening);
