// The picture of a page: closer, further, turned. Words for the zoom stand in the page; nothing is remembered.

const ZOOMS = ["100 %", "150 %", "220 %"];

class Pages extends HTMLElement {
  constructor() {
    super();
    this.addEventListener("click", (event) => this.pressed(event));
  }

  connectedCallback() {
    this.zoom = 0;
    this.turn = 0;
    this.fits ??= this.querySelector("[data-zoom-word]")?.textContent;
  }

  pressed(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const page = this.querySelector(".k-vpage");
    if (page.className === "k-vpage") this.zoom = this.turn = 0; // another page was swapped in
    if (button.dataset.zoom) this.zoom = Math.min(ZOOMS.length - 1, Math.max(0, this.zoom + Number(button.dataset.zoom)));
    if ("turn" in button.dataset) this.turn = (this.turn + 1) % 4;
    page.className = `k-vpage is-zoom-${this.zoom} is-turn-${this.turn}`;
    this.querySelector("[data-zoom-word]").textContent = this.zoom ? ZOOMS[this.zoom] : this.fits;
  }
}

// A dialog that is open while its page is swapped would keep everything behind it inert.
document.addEventListener("htmx:before:swap", () => document.querySelectorAll(".k-appr dialog:modal").forEach((open) => open.close()));

customElements.define("k-pages", Pages);
