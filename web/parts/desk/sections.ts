import { html } from 'lit'
import { m, type PartContext } from '#web/kit/mod.ts'
import type { SectionName } from './health.ts'
import './archive.ts'
import './auditors.ts'
import './cards.ts'
import './events.ts'
import './invites-card.ts'
import './listeners.ts'
import './moderation.ts'
import './money.ts'
import './name-card.ts'
import './page-parts.ts'
import './peers-value.ts'
import './people.ts'
import './purchases.ts'
import './question-card.ts'
import './settling.ts'
import './storage.ts'

export interface Section {
  readonly name: SectionName
  /** English; looked up when it is shown. */
  readonly title: string
  /** Cards in two columns. */
  readonly cards: (ctx: PartContext) => unknown
}

/** What the desk is about, in the order in which it is shown when nothing is urgent. */
export const SECTIONS: readonly Section[] = [
  {
    name: 'people',
    title: m('People and events'),
    cards: ctx => html`<div class="stack">
        <bs-desk-question name="joining" .ctx=${ctx}></bs-desk-question>
        <bs-desk-invites .ctx=${ctx}></bs-desk-invites>
      </div>
      <div class="stack">
        <bs-desk-events .ctx=${ctx}></bs-desk-events>
        <bs-desk-listeners .ctx=${ctx}></bs-desk-listeners>
      </div>`,
  },
  {
    name: 'moderation',
    title: m('Moderation'),
    cards: ctx => html`<bs-desk-moderation .ctx=${ctx}></bs-desk-moderation>`,
  },
  {
    name: 'storage',
    title: m('Storage'),
    cards: ctx => html`<div class="stack">
        <bs-desk-storage .ctx=${ctx}></bs-desk-storage>
        <bs-desk-archive .ctx=${ctx}></bs-desk-archive>
      </div>
      <div class="stack"><bs-desk-question name="cap" .ctx=${ctx}></bs-desk-question></div>`,
  },
  {
    name: 'peers',
    title: m('Other stages'),
    cards: ctx => html`<div class="stack"><bs-desk-people .ctx=${ctx}></bs-desk-people></div>
      <div class="stack">
        <bs-desk-peers-value .ctx=${ctx}></bs-desk-peers-value>
        <bs-desk-settling .ctx=${ctx}></bs-desk-settling>
      </div>`,
  },
  {
    name: 'money',
    title: m('Money'),
    cards: ctx => html`<div class="stack">
        <bs-desk-money .ctx=${ctx}></bs-desk-money>
        <bs-desk-purchases .ctx=${ctx}></bs-desk-purchases>
      </div>
      <div class="stack">
        <bs-desk-cards .ctx=${ctx}></bs-desk-cards>
        <bs-desk-auditors .ctx=${ctx}></bs-desk-auditors>
        <bs-desk-question name="currency" .ctx=${ctx}></bs-desk-question>
      </div>`,
  },
  {
    name: 'stage',
    title: m('The stage and its page'),
    cards: ctx => html`<div class="stack">
        <bs-desk-name .ctx=${ctx}></bs-desk-name>
        <bs-desk-question name="place" .ctx=${ctx}></bs-desk-question>
        <bs-desk-question name="language" .ctx=${ctx}></bs-desk-question>
      </div>
      <div class="stack"><bs-desk-parts .ctx=${ctx}></bs-desk-parts></div>`,
  },
]
