import { html } from 'lit'
import { define, Part } from '#web/kit/mod.ts'
export default class P extends Part {
  protected override render() {
    return html`<h1>desk</h1>`
  }
}
define('bs-desk', P)
