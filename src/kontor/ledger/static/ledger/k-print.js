// Printing: a button that prints, and a page made for printing that opens the dialog by itself.
class Print extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", () => window.print());
    if (this.hasAttribute("data-now")) window.addEventListener("load", () => window.print(), { once: true });
  }
}

customElements.define("k-print", Print);
