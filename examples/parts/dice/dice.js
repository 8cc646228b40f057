// The page sends one message with a port; everything else goes through that port.
const { port, hello } = await new Promise(resolve =>
  addEventListener('message', event => resolve({ port: event.ports[0], hello: event.data }), { once: true }),
)

const waiting = new Map()
let calls = 0
const ask = (call, more = {}) =>
  new Promise((resolve, reject) => {
    const id = calls++
    waiting.set(id, { resolve, reject })
    port.postMessage({ type: 'call', id, ask: { call, ...more } })
  })

port.onmessage = ({ data }) => {
  if (data.type === 'ping') port.postMessage({ type: 'pong', n: data.n })
  if (data.type === 'answer') {
    const { resolve, reject } = waiting.get(data.id)
    waiting.delete(data.id)
    if (data.ok) resolve(data.value)
    else reject(new Error(data.message))
  }
}
port.postMessage({ type: 'ready' })

const style = document.createElement('style')
const { theme } = hello
style.textContent = `
  body { margin: 0; font: 16px/1.5 system-ui, sans-serif; color: ${theme['--ink']}; }
  main { display: grid; gap: 12px; justify-items: start; padding: 20px; border: 1px solid ${theme['--line']}; border-radius: 14px; }
  button { font: inherit; font-weight: 650; border: 0; border-radius: 999px; padding: 10px 20px; min-height: 44px; cursor: pointer;
    background: ${theme['--accent']}; color: ${theme['--accent-ink']}; }
  p { margin: 0; }
  .quiet { color: ${theme['--muted']}; font-size: 0.9em; }
`
const main = document.createElement('main')
const button = document.createElement('button')
button.textContent = 'Roll the dice'
const says = document.createElement('p')
says.textContent = 'Let chance choose what plays next.'
says.setAttribute('role', 'status')
const count = document.createElement('p')
count.className = 'quiet'
main.append(says, button, count)
document.head.append(style)
document.body.append(main)

const showCount = rolls => {
  count.textContent = rolls === 0 ? '' : `Rolled ${rolls} ${rolls === 1 ? 'time' : 'times'} on this device`
}
let rolls = Number((await ask('recall', { key: 'rolls' }).catch(() => null)) ?? 0)
showCount(rolls)

button.onclick = async () => {
  try {
    const releases = await ask('releases')
    if (releases.length === 0) {
      says.textContent = 'Nothing has been published here yet.'
      return
    }
    const chosen = releases[Math.floor(Math.random() * releases.length)]
    says.textContent = `${chosen.title} by ${chosen.artist}`
    await ask('play', { release: chosen.id })
    rolls += 1
    showCount(rolls)
    await ask('remember', { key: 'rolls', value: String(rolls) })
  } catch (refusal) {
    says.textContent = refusal.message
  }
}

const fit = () =>
  port.postMessage({ type: 'height', px: Math.ceil(document.documentElement.getBoundingClientRect().height) + 2 })
new ResizeObserver(fit).observe(main)
