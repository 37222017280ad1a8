// A search field over many things (ARIA 1.2 combobox). The named input keeps the id, the visible one shows the label.
// data-src answers ?q= with <li role="option" data-value="ID">label</li> lines.

const WAIT_MS = 120;
let made = 0;

class Combo extends HTMLElement {
  connectedCallback() {
    if (this.list) return;
    this.store = this.querySelector("input");
    this.build();
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.search(), WAIT_MS);
    });
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => setTimeout(() => this.leave(), 120));
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.take(option);
    });
  }

  build() {
    const id = this.store.id || `combo-${(made += 1)}`;
    this.input = this.store.cloneNode();
    this.input.removeAttribute("name");
    this.input.value = this.dataset.label || this.store.value;
    this.store.type = "hidden";
    this.store.removeAttribute("id");
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: `${id}-list`, role: "listbox", hidden: true });
    this.list.setAttribute("aria-label", document.querySelector(`label[for="${CSS.escape(id)}"]`)?.textContent ?? "");
    const states = { role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list", autocomplete: "off" };
    for (const [name, value] of Object.entries(states)) this.input.setAttribute(name, value);
    this.store.after(this.input, this.list);
  }

  async search() {
    this.running?.abort();
    this.running = new AbortController();
    const url = new URL(this.dataset.src, location.href);
    url.searchParams.set("q", this.input.value);
    const answer = await fetch(url, { headers: { "X-Fragment": "options" }, signal: this.running.signal }).catch(() => null);
    if (!answer?.ok) return;
    this.list.innerHTML = await answer.text();
    this.options().forEach((option, index) => {
      option.id = `${this.list.id}-${index}`;
      option.classList.add("k-option");
    });
    this.show(true);
    this.choose(0);
  }

  pressed(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (this.list.hidden) this.search();
      else this.choose(this.chosen + step);
    } else if (event.key === "Enter" && !this.list.hidden) {
      event.preventDefault();
      const option = this.options()[this.chosen];
      if (option) this.take(option);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.show(false);
    }
  }

  choose(index) {
    const options = this.options();
    if (!options.length) return;
    this.chosen = (index + options.length) % options.length;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.chosen)));
    this.input.setAttribute("aria-activedescendant", options[this.chosen].id);
    options[this.chosen].scrollIntoView({ block: "nearest" });
  }

  take(option) {
    this.store.value = option.dataset.value;
    this.input.value = this.dataset.label = option.dataset.label || option.textContent.trim();
    this.show(false);
    this.store.dispatchEvent(new Event("change", { bubbles: true }));
  }

  leave() {
    this.show(false);
    if (this.input.value.trim() === "") this.store.value = this.dataset.label = "";
    else if (this.input.value !== this.dataset.label) this.store.value = this.input.value;
  }

  show(isShown) {
    this.list.hidden = !isShown || !this.options().length;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.list.hidden) this.input.removeAttribute("aria-activedescendant");
  }

  options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }
}

customElements.define("k-combo", Combo);
