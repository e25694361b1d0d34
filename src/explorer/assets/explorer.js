// What the pages do beyond links and forms; without it everything still works.

// Leaves at once and takes this page out of the history: on the button, or on Escape three times within five seconds.
const exit = document.getElementById('exit')
const leave = () => {
  document.title = 'Weather'
  document.body.hidden = true
  location.replace(exit.href)
}
exit.addEventListener('click', (event) => {
  event.preventDefault()
  leave()
})
let presses = []
document.addEventListener('keydown', ({ key, timeStamp, repeat }) => {
  if (repeat) return
  presses = key === 'Escape' ? [...presses.filter((press) => timeStamp - press < 5000), timeStamp] : []
  const left = 3 - presses.length
  document.getElementById('exit-status').textContent =
    presses.length === 0
      ? ''
      : left > 0
        ? `Press Escape ${left} more ${left === 1 ? 'time' : 'times'} to exit`
        : 'Exiting'
  if (left <= 0) leave()
})
// A page kept by the browser must not come back hidden.
addEventListener('pageshow', () => {
  document.body.hidden = false
})

for (const button of document.querySelectorAll('[data-copy]')) {
  const label = button.textContent
  button.addEventListener('click', async () => {
    const text = document.getElementById(button.dataset.copy).textContent
    const done = await navigator.clipboard?.writeText(text).then(
      () => true,
      () => false,
    )
    button.textContent = done ? 'Copied' : 'Select it and copy'
    document.getElementById('copy-status').textContent = done
      ? 'Copied'
      : 'Copying did not work: select the text'
    setTimeout(() => {
      button.textContent = label
    }, 2000)
  })
}

// The button says how many findings the filters would give before it is pressed.
const form = document.querySelector('form[data-live]')
if (form) {
  const buttons = form.querySelectorAll('[data-show]')
  const label = buttons[0].textContent
  let asked = 0
  let timer
  const count = async () => {
    const turn = ++asked
    const fields = [...new FormData(form)].filter(
      ([name, value]) => value !== '' && name !== 'sort' && name !== 'limit',
    )
    const query = new URLSearchParams([...fields, ['limit', '1'], ['fields', 'id']])
    const total = await fetch(`/v1/findings?${query}`)
      .then(async (response) => (response.ok ? (await response.json()).page.total : null))
      .catch(() => null)
    if (turn !== asked) return
    for (const button of buttons)
      button.textContent =
        total === null
          ? label
          : `Show ${total.toLocaleString('en-GB')} ${total === 1 ? 'finding' : 'findings'}`
  }
  // A page the browser has kept comes back with what was ticked since: its address says otherwise.
  addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    clearTimeout(timer)
    asked += 1
    form.reset()
    for (const button of buttons) button.textContent = label
  })
  form.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(count, 250)
  })
}
