import { html, nothing, type TemplateResult } from 'lit'
import { icon, t } from '#web/kit/mod.ts'

export interface DropZone {
  /** Small, beside tracks that are there already. */
  readonly slim: boolean
  /** Files are held over it. */
  readonly over: boolean
  hover(over: boolean): void
  add(files: Iterable<File>): void
}

/** Where files are dropped or chosen. */
export function dropZone({ slim, over, hover, add }: DropZone): TemplateResult {
  return html`<label
    class=${`drop${over ? ' over' : ''}${slim ? ' slim' : ''}`}
    @dragover=${(event: DragEvent) => {
      event.preventDefault()
      hover(true)
    }}
    @dragleave=${() => hover(false)}
    @drop=${(event: DragEvent) => {
      event.preventDefault()
      hover(false)
      add(event.dataTransfer?.files ?? [])
    }}
  >
    <input
      class="hidden-visually"
      type="file"
      multiple
      accept="audio/*,image/*,.flac,.opus,.caf"
      data-testid="upload-input"
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement
        add(input.files ?? [])
        input.value = ''
      }}
    />
    ${icon('studio')}<b>${slim ? t`Add more tracks or a cover` : t`Drop your tracks here, or choose files`}</b>
    ${slim ? nothing : html`<span class="hint">${t`FLAC, WAV, AIFF, MP3, M4A, Ogg or Opus, and an image for the cover. Your original is kept as it is.`}</span>`}</label
  >`
}
