import { css } from 'lit'

export const studioStyles = css`
  .page {
    max-width: 900px;
  }
  .drop {
    display: grid;
    justify-items: center;
    text-align: center;
    gap: 8px;
    padding: 56px 24px;
    border: 2px dashed var(--line);
    border-radius: 22px;
    cursor: pointer;
    font-size: 1rem;
    transition:
      border-color 0.2s,
      background 0.2s;
  }
  .drop .icon {
    width: 34px;
    height: 34px;
    color: var(--accent);
  }
  .drop:hover,
  .drop.over,
  .drop:focus-within {
    border-color: var(--accent);
    background: var(--accent-soft);
  }
  .drop.slim {
    grid-auto-flow: column;
    justify-content: center;
    align-items: center;
    padding: 16px;
  }
  .drop.slim .icon {
    width: 22px;
    height: 22px;
  }
  .sharing {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    gap: 28px;
  }
  @media (min-width: 900px) {
    .sharing {
      grid-template-columns: minmax(0, 3fr) minmax(0, 2fr);
    }
  }
  .note {
    padding: 12px 16px;
    background: var(--accent-soft);
    border-radius: var(--radius-small);
  }
  .note .grow {
    flex-basis: 280px;
  }
  .prices {
    display: grid;
    grid-template-columns: repeat(auto-fit, minmax(220px, 1fr));
    gap: 16px;
    align-items: start;
  }
  .about {
    display: grid;
    grid-template-columns: 180px minmax(0, 1fr);
    gap: 28px;
  }
  .cover {
    aspect-ratio: 1;
    border: 2px dashed var(--line);
    border-radius: var(--radius);
    place-items: center;
    overflow: hidden;
    cursor: pointer;
  }
  .cover:hover,
  .cover:focus-within {
    border-color: var(--accent);
  }
  .cover img {
    width: 100%;
    height: 100%;
    object-fit: cover;
  }
  .more summary {
    cursor: pointer;
    color: var(--muted);
    padding: 4px 0 10px;
  }
  .big {
    padding: 13px 30px;
    font-size: 1.05rem;
  }
  @media (max-width: 620px) {
    .about {
      grid-template-columns: minmax(0, 1fr);
    }
    .about .cover {
      width: 150px;
    }
  }
`
