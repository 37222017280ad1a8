// An IBAN is checked while it is typed (ISO 13616, mod 97) and written in groups of four.

class Iban extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input");
    this.state = this.querySelector(".k-iban-state");
    this.input.addEventListener("input", () => this.check(false));
    this.input.addEventListener("change", () => this.check(true));
    this.check(true);
  }

  check(isDone) {
    const compact = this.input.value.replace(/\s/g, "").toUpperCase();
    const isRight = fits(compact);
    if (isRight && isDone) this.input.value = compact.replace(/(.{4})(?=.)/g, "$1 ");
    const word = isRight ? "right" : compact && (isDone || compact.length >= 22) ? "wrong" : "";
    this.state.textContent = word ? this.state.dataset[word] : "";
    this.state.className = `k-iban-state${word ? ` is-${word}` : ""}`;
  }
}

const LENGTHS = { DE: 22, AT: 20, CH: 21, LI: 21, FR: 27, IT: 27, NL: 18, BE: 16, LU: 20, ES: 24, PL: 28 };

function fits(iban) {
  if (!/^[A-Z]{2}\d{2}[A-Z0-9]{11,30}$/.test(iban)) return false;
  if ((LENGTHS[iban.slice(0, 2)] ?? iban.length) !== iban.length) return false;
  let rest = 0;
  for (const sign of iban.slice(4) + iban.slice(0, 4)) {
    for (const digit of String(parseInt(sign, 36))) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

customElements.define("k-iban", Iban);
