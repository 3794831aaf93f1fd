// What script adds to pages that work without it: live updates, drafts, matches while typing.
// Everything is asked for by data attributes, so that no page carries script of its own.
import { initAll } from './govuk-frontend.js'

const SAVE_AFTER_MS = 1500
const ASK_AFTER_MS = 250
const RETRY_FIRST_MS = 1000
const RETRY_MOST_MS = 30000
const WARN_BEFORE_MS = 5 * 60 * 1000

/** Runs `action` when calls have stopped for `wait` milliseconds. */
function settled (action, wait) {
  let timer
  return (...args) => {
    clearTimeout(timer)
    timer = setTimeout(() => action(...args), wait)
  }
}

/**
 * <body data-live="/events">: each event names a region, <div data-live-region="queue" data-live-src="/queue/part">,
 * which is fetched again. While the connection is down the page says since when it may be out of date.
 */
function liveUpdates (body) {
  const state = document.querySelector('[data-live-state]')
  let wait = RETRY_FIRST_MS
  let lost = null

  const refresh = async (region) => {
    // Nobody's half-typed answer or place in the page is taken away.
    if (region.contains(document.activeElement)) return
    const answer = await fetch(region.dataset.liveSrc, { headers: { accept: 'text/html' } })
    if (!answer.ok) throw new Error(`live region: ${answer.status}`)
    region.innerHTML = await answer.text()
  }
  const refreshNamed = (name) => {
    const regions = [...document.querySelectorAll('[data-live-region]')]
    return Promise.all(regions.filter(it => name === '*' || it.dataset.liveRegion === name).map(refresh))
  }
  const say = (text) => {
    if (!state) return
    state.textContent = text
    state.hidden = text === ''
  }
  const dropped = () => {
    lost ??= new Date()
    const time = lost.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
    say(`Not connected since ${time}. This page may be out of date. Trying again.`)
  }

  const connect = () => {
    const source = new EventSource(body.dataset.live)
    source.addEventListener('open', () => {
      wait = RETRY_FIRST_MS
      if (!lost) return
      refreshNamed('*').then(() => { lost = null; say('') }, dropped)
    })
    source.addEventListener('changed', (event) => { refreshNamed(event.data).catch(dropped) })
    source.addEventListener('error', () => {
      source.close()
      dropped()
      setTimeout(connect, wait * (0.75 + Math.random() / 2))
      wait = Math.min(wait * 2, RETRY_MOST_MS)
    })
  }
  connect()
}

/**
 * <form data-draft="/drafts/KEY">: what is typed is kept on the server. Nothing is kept in the browser, which
 * may be shared. <p class="cf-draft-state" data-draft-state role="status"> says whether it was.
 */
function keepDrafts (form) {
  const state = form.querySelector('[data-draft-state]')
  const say = (text) => { if (state) state.textContent = text }
  let version = 0
  let sending = false
  const fields = () => {
    const data = new FormData(form)
    for (const field of form.querySelectorAll('input[type=file], input[type=password]')) data.delete(field.name)
    return new URLSearchParams(data)
  }
  const save = async () => {
    const saved = version
    try {
      const answer = await fetch(form.dataset.draft, { method: 'POST', body: fields() })
      if (!answer.ok) throw new Error(`draft: ${answer.status}`)
      if (saved === version) say('Draft saved')
    } catch {
      if (!sending) say('Draft not saved. Check the connection before you leave this page.')
    }
  }
  const later = settled(save, SAVE_AFTER_MS)
  form.addEventListener('input', () => { version++; say('Saving draft'); later() })
  form.addEventListener('submit', () => { sending = true })
  addEventListener('pagehide', () => {
    if (version && !sending) navigator.sendBeacon(form.dataset.draft, fields())
  })
}

/**
 * <div data-suggest="/children/matches" data-suggest-into="matches"> round fields: as they are typed, the
 * fields are sent and the answer, a piece of page, is put into the element of that id (aria-live in the page).
 * Also serves the language checker: the field's words go, findings come back.
 */
function suggest (box) {
  const into = document.getElementById(box.dataset.suggestInto)
  if (!into) return
  let asked
  const ask = settled(async () => {
    asked?.abort()
    asked = new AbortController()
    const data = new URLSearchParams()
    for (const field of box.querySelectorAll('input, select, textarea')) {
      if (field.name && (!/^(radio|checkbox)$/.test(field.type) || field.checked)) data.append(field.name, field.value)
    }
    const token = box.closest('form')?.elements.namedItem('token')
    if (token) data.set('token', token.value)
    try {
      // Sent in the body: what is typed about a child never stands in an address.
      const answer = await fetch(box.dataset.suggest, { method: 'POST', body: data, signal: asked.signal })
      if (!answer.ok) throw new Error(`suggest: ${answer.status}`)
      into.innerHTML = await answer.text()
    } catch (error) {
      if (error.name !== 'AbortError') into.textContent = 'Matches could not be looked up. Search before you save.'
    }
  }, ASK_AFTER_MS)
  box.addEventListener('input', ask)
}

/**
 * <section data-keys>: while the focus is within it and not in words being typed, a letter presses what carries it as
 * data-key. Escape leaves the words. Without script the same buttons and links are there.
 */
function letterKeys (part) {
  part.addEventListener('keydown', (event) => {
    const typing = event.target.matches('input, textarea, select')
    if (event.key === 'Escape' && typing) return part.focus()
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return
    const wanted = [...part.querySelectorAll('[data-key]')].find(it => it.dataset.key === event.key.toUpperCase())
    if (!wanted) return
    event.preventDefault()
    wanted.click()
  })
  // Ready at once, unless the page brings somebody to an error or a notice.
  if (!document.querySelector('.govuk-error-summary')) part.focus({ preventScroll: true })
}

/** Says that the session will end, five minutes before it does. */
function warnOfSessionEnd (notice) {
  const left = new Date(notice.dataset.sessionEnds) - Date.now()
  if (left > 0) setTimeout(() => { notice.hidden = false }, Math.max(0, left - WARN_BEFORE_MS))
}

initAll()
if (document.body.dataset.live) liveUpdates(document.body)
document.querySelectorAll('form[data-draft]').forEach(keepDrafts)
document.querySelectorAll('[data-suggest]').forEach(suggest)
document.querySelectorAll('[data-keys]').forEach(letterKeys)
document.querySelectorAll('[data-session-ends]').forEach(warnOfSessionEnd)
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}
