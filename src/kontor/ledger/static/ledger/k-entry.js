// An entry by hand: totals and difference follow the typing; an empty amount of the last line offers what is missing.
// A line in another currency shows rate and base amount: the stored rate is proposed, the base amount follows until typed.
import { formatAmount, parseAmount, regionOf } from "../ui/js/figures.js";

class Entry extends HTMLElement {
  connectedCallback() {
    this.rates = JSON.parse(this.dataset.rates || "{}");
    this.addEventListener("input", (event) => this.changed(event.target));
    this.addEventListener("change", (event) => this.changed(event.target));
    this.addEventListener("focusin", (event) => this.offer(event.target));
    this.show();
  }

  changed(target) {
    const line = target.closest("fieldset");
    if (line && "currency" in target.dataset) this.chooseCurrency(line, target.value);
    if (target.dataset.side === "base") target.dataset.typed = target.value ? "yes" : "";
    else if (line?.hasAttribute("data-foreign")) this.workOut(line);
    this.show();
  }

  chooseCurrency(line, currency) {
    line.toggleAttribute("data-foreign", Boolean(currency));
    const [rate, base] = [line.querySelector("[data-rate]"), line.querySelector('[data-side="base"]')];
    rate.value = currency && this.rates[currency] ? this.rates[currency].replace(".", this.mark) : "";
    base.value = "";
    base.dataset.typed = "";
    const unit = base.nextElementSibling?.textContent || "";
    for (const side of ["debit", "credit"]) {
      const place = line.querySelector(`[data-side="${side}"]`).nextElementSibling;
      if (place) place.textContent = currency || unit;
    }
  }

  /** Write the base amount of a foreign line from its rate, unless it was typed. */
  workOut(line) {
    const [rate, base] = [line.querySelector("[data-rate]"), line.querySelector('[data-side="base"]')];
    if (base.dataset.typed) return;
    const amount = this.minor(line, "debit") || this.minor(line, "credit");
    const worth = Number.parseFloat(rate.value.replace(",", "."));
    if (worth > 0) base.value = amount ? formatAmount(Math.round(amount * worth), regionOf(this)) : "";
  }

  get mark() {
    return regionOf(this) === "CH" ? "." : ",";
  }

  minor(line, side) {
    return parseAmount(line.querySelector(`[data-side="${side}"]`)?.value || "", regionOf(this)) ?? 0;
  }

  sum(side) {
    const lines = [...this.querySelectorAll("fieldset.k-eline")];
    const worth = (line) => {
      const own = this.minor(line, side);
      return own && line.hasAttribute("data-foreign") ? this.minor(line, "base") : own;
    };
    return lines.reduce((sum, line) => sum + worth(line), 0);
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
    if (!side || side === "base" || target.value || target.closest("[data-foreign]")) return;
    const missing = side === "debit" ? this.sum("credit") - this.sum("debit") : this.sum("debit") - this.sum("credit");
    target.placeholder = missing > 0 ? formatAmount(missing, regionOf(this)) : "";
  }
}

customElements.define("k-entry", Entry);
