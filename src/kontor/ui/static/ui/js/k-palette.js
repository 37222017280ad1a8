// The palette: pages, commands and things in one field; the server searches, the browser moves the choice.

const WAIT_MS = 90;

class Palette extends HTMLElement {
  connectedCallback() {
    this.dialog = this.querySelector("dialog");
    this.input = this.querySelector("input");
    this.list = this.querySelector("[role=listbox]");
    this.dialog.addEventListener("opened", () => this.start());
    this.dialog.addEventListener("click", (event) => event.target === this.dialog && this.dialog.close());
    this.input.addEventListener("input", () => {
      this.isTaking = false;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), WAIT_MS);
    });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
  }

  start() {
    this.input.value = "";
    this.isTaking = false;
    this.input.focus();
    this.search();
  }

  async search() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = new AbortController();
    const typed = this.input.value;
    const url = `${this.dataset.src}?q=${encodeURIComponent(typed)}`;
    try {
      const answer = await fetch(url, { headers: { "X-Fragment": "palette" }, signal: this.running.signal });
      if (!answer.ok) return;
      this.list.innerHTML = await answer.text();
      this.options().forEach((option, index) => (option.id = `palette-${index}`));
      this.choose(0);
      this.foundFor = typed;
      if (this.isTaking) this.open();
    } catch (error) {
      if (error.name !== "AbortError") this.list.replaceChildren();
    }
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.choose(this.chosen + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.foundFor === this.input.value) return this.open();
      this.isTaking = true;
      this.search();
    }
  }

  open() {
    this.isTaking = false;
    if (this.dialog.open) this.options()[this.chosen]?.click();
  }

  choose(index) {
    const options = this.options();
    if (!options.length) return this.input.removeAttribute("aria-activedescendant");
    this.chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.chosen)));
    this.input.setAttribute("aria-activedescendant", options[this.chosen].id);
    options[this.chosen].scrollIntoView({ block: "nearest" });
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }
}

customElements.define("k-palette", Palette);
