// The installed app: its worker, and the note that photos wait for the network.
import { forget, send, token, waiting } from "./waiting.js";

if ("serviceWorker" in navigator && isSecureContext) navigator.serviceWorker.register("/sw.js").catch(() => null);

const host = document.querySelector("[data-owner][data-upload]");
if (host) localStorage.setItem("kontor-owner", JSON.stringify({ owner: host.dataset.owner, upload: host.dataset.upload }));

class Waiting extends HTMLElement {
  connectedCallback() {
    this.again = () => this.drain();
    window.addEventListener("online", this.again);
    this.drain();
  }

  disconnectedCallback() {
    window.removeEventListener("online", this.again);
  }

  async drain() {
    if (this.isDraining) return;
    this.isDraining = true;
    await this.sendAll().finally(() => (this.isDraining = false));
  }

  async sendAll() {
    const items = await waiting(this.dataset.owner);
    if (!items.length) return;
    this.show(items.length);
    let sent = 0;
    for (const item of items) {
      const answer = await send({ ...item, upload: this.dataset.upload }, { token: token() });
      if (answer.status === 0 || answer.status >= 500) break;
      await forget(item.id);
      sent += answer.ok ? 1 : 0;
    }
    if (sent) location.assign("?tab=drafts");
  }

  show(count) {
    this.hidden = false;
    this.textContent = count === 1 ? this.dataset.one : this.dataset.many.replace("{n}", count);
  }
}

customElements.define("k-waiting", Waiting);
