// Copies the words of another element; without a clipboard (plain http) the words are selected for the hand.

class Copy extends HTMLElement {
  connectedCallback() {
    const button = this.querySelector("button");
    if (!button) return;
    button.hidden = false;
    button.addEventListener("click", () => this.copy(button));
  }

  async copy(button) {
    const source = document.getElementById(this.dataset.from);
    const word = button.querySelector("span");
    this.words ??= word.textContent;
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
    } catch {
      getSelection().selectAllChildren(source);
      return;
    }
    word.textContent = this.dataset.done;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (word.textContent = this.words), 2000);
  }
}

customElements.define("k-copy", Copy);
