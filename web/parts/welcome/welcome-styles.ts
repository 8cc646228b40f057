import { css } from 'lit'

export const welcomeStyles = css`
  :host {
    display: grid;
    /* The same place for every question: centred, each step would begin elsewhere. */
    place-items: start center;
    padding-block-start: clamp(0px, 8dvh, 72px);
  }
  .sheet {
    width: min(560px, 100%);
    display: grid;
    gap: 26px;
  }
  .scene {
    width: 84px;
    color: var(--accent);
  }
  h1 {
    font-size: clamp(1.9rem, 1.4rem + 2.6vw, 2.9rem);
    outline: none;
  }
  .lede {
    font-size: 1.08rem;
  }
  input[name='name'] {
    font-size: 1.25rem;
    padding: 14px 18px;
    font-weight: 600;
    border-radius: var(--radius);
  }
  .bad {
    color: var(--bad);
  }
  .go {
    padding: 13px 26px;
    font-size: 1.05rem;
  }
  .leave .quiet {
    margin-inline-start: -12px;
  }
  .steps {
    display: flex;
    gap: 6px;
  }
  .steps i {
    height: 5px;
    flex: 1;
    border-radius: 3px;
    background: var(--raised);
  }
  .steps i.past {
    background: var(--accent);
  }
`
