// Says in a sentence why the device gave no passkey, where allauth's script only writes to the console.

class Passkey extends HTMLElement {
  connectedCallback() {
    this.line = this.querySelector("p");
    this.listener = (event) => this.explain(event);
    document.addEventListener("allauth.error", this.listener);
  }

  disconnectedCallback() {
    document.removeEventListener("allauth.error", this.listener);
  }

  // Passkeys belong to a name: under 127.0.0.1 they work nowhere, under localhost they do.
  leadToName() {
    if (location.hostname !== "127.0.0.1") return false;
    this.querySelector("a").href = location.href.replace("//127.0.0.1", "//localhost");
    return true;
  }

  explain(event) {
    event.preventDefault();
    const words = {
      InvalidStateError: this.dataset.known,
      NotAllowedError: this.dataset.cancelled,
      AbortError: this.dataset.cancelled,
    };
    this.line.querySelector("span").textContent = words[event.detail.exception?.name] ?? this.dataset.unable;
    this.querySelector("a").hidden = !this.leadToName();
    this.line.hidden = false;
  }
}

customElements.define("k-passkey", Passkey);
