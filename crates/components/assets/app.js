// What script adds to pages that work without it: live updates, drafts, matches while typing.
// Everything is asked for by data attributes, so that no page carries script of its own.
import { initAll } from './govuk-frontend.js'

const SAVE_AFTER_MS = 1500
const ASK_AFTER_MS = 250
const CHECK_AFTER_MS = 600
const RETRY_FIRST_MS = 1000
const RETRY_MOST_MS = 30000
const GONE = 410
const SIGNED_OUT = 401
const CONFLICT = 409
const MERGED = 200
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
  const say = (...text) => { if (state) state.replaceChildren(...text) }
  // Without script it is saved when a button is pressed, as the page says.
  if (state) state.parentElement.replaceChildren(state)
  say('What you type is saved on the server as you go.')
  let signedOut = false
  let version = 0
  let sending = false
  const fields = () => {
    const data = new FormData(form)
    for (const field of form.querySelectorAll('input[type=file], input[type=password]')) data.delete(field.name)
    return new URLSearchParams(data)
  }
  const base = form.elements.namedItem('base')
  // What the server holds now is what the next save is compared with: another window may save in between.
  const holds = (sent) => {
    if (base) base.value = JSON.stringify([...sent].filter(([name]) => name !== 'base' && name !== 'whose'))
  }
  const named = (name) => [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)]
  const takeIn = ({ kept, came, both }) => {
    for (const [name, values] of came) {
      for (const field of named(name)) {
        if (/^(radio|checkbox)$/.test(field.type)) field.checked = values.includes(field.value)
        else field.value = values[0] ?? ''
      }
    }
    for (const { field, message, theirs } of both) {
      const note = document.createElement('p')
      Object.assign(note, { className: 'govuk-error-message', textContent: message })
      named(field)[0]?.closest('.govuk-form-group')?.append(note)
      const other = document.createElement('input')
      Object.assign(other, { type: 'hidden', name: `other.${field}`, value: theirs })
      form.append(other)
    }
    holds(kept)
    if (both.length) say('Draft saved. Another window changed an answer that you changed here: both texts are kept, beside the question.')
    else say('Draft saved. Answers from another window were added.')
  }
  const save = async () => {
    const saved = version
    const sent = fields()
    try {
      const answer = await fetch(form.dataset.draft, { method: 'POST', body: sent })
      if (answer.status === GONE) {
        say('Not saved: this report was taken or discarded in another window. “Save and go on” keeps it as another.')
        return
      }
      if (answer.status === SIGNED_OUT) {
        signedOut = true
        const link = document.createElement('a')
        Object.assign(link, { href: '/sign-in', target: '_blank', rel: 'noopener', className: 'govuk-link', textContent: 'Sign in in a new tab' })
        say('Not saved: you are signed out. ', link, ', then come back here: what you typed stays, and is saved again.')
        return
      }
      if (answer.status === CONFLICT) {
        signedOut = true
        say('Not saved: another account is signed in in this browser. Sign in with your own, then come back here.')
        return
      }
      signedOut = false
      if (!answer.ok) throw new Error(`draft: ${answer.status}`)
      if (answer.status === MERGED) {
        takeIn(await answer.json())
        return
      }
      holds(sent)
      if (saved === version) say('Draft saved')
    } catch {
      if (!sending) say('Draft not saved. Check the connection before you leave this page.')
    }
  }
  const later = settled(save, SAVE_AFTER_MS)
  addEventListener('focus', () => { if (signedOut) save() })
  form.addEventListener('input', () => { version++; say('Saving draft'); later() })
  form.addEventListener('submit', () => { sending = true })
  addEventListener('pagehide', () => {
    if (version && !sending) navigator.sendBeacon(form.dataset.draft, fields())
  })
}

/**
 * <div data-suggest="/children/matches" data-suggest-into="matches"> round fields: as they are typed, the
 * fields are sent and the answer, a piece of page, is put into the element of that id (aria-live in the page).
 * A <template data-suggest-count> in it goes into the element of that name within the box.
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
      const count = into.querySelector('template[data-suggest-count]')?.content
      box.querySelector('[data-suggest-count]')?.replaceChildren(...(count ? count.childNodes : []))
    } catch (error) {
      if (error.name !== 'AbortError') into.textContent = 'Matches could not be looked up. Search before you save.'
    }
  }, ASK_AFTER_MS)
  box.addEventListener('input', ask)
}

/**
 * <textarea data-narrative>: when typing pauses, the words go to the server (POST /wording/check) and what it finds is
 * underlined and listed below, with other words to use. Nothing is changed unless a button is pressed. Without script
 * the server asks the same when the form is sent.
 */
function checkWording (area) {
  const form = area.form
  if (!form) return
  const label = document.querySelector(`label[for="${CSS.escape(area.id)}"]`)?.textContent.trim() ?? 'this field'
  const make = (name, className, text) => {
    const node = document.createElement(name)
    node.className = className
    if (text) node.textContent = text
    return node
  }
  const box = make('div', 'cf-written')
  const marks = make('div', 'cf-written__marks')
  marks.setAttribute('aria-hidden', 'true')
  area.before(box)
  box.append(marks, area)
  const state = make('p', 'cf-found__state')
  state.setAttribute('role', 'status')
  const list = make('div', 'cf-found')
  list.setAttribute('role', 'group')
  list.setAttribute('aria-label', `Wording found in: ${label}`)
  list.hidden = true
  // What was taken out for other words, until it is put back or the page is left: it may hold more than the blame.
  const swap = make('div', 'cf-found__swap')
  swap.setAttribute('role', 'status')
  box.after(state, swap, list)

  const fit = () => {
    const style = getComputedStyle(area)
    for (const name of ['font', 'letterSpacing', 'padding', 'borderWidth', 'textIndent']) marks.style[name] = style[name]
    const [left, right] = [parseFloat(style.borderLeftWidth), parseFloat(style.borderRightWidth)]
    marks.style.width = `${area.clientWidth + left + right}px`
    marks.style.height = `${area.offsetHeight}px`
    marks.scrollTop = area.scrollTop
  }
  new ResizeObserver(fit).observe(area)
  area.addEventListener('scroll', () => { marks.scrollTop = area.scrollTop })

  const letters = () => Array.from(area.value)
  const underline = (items) => {
    const text = letters()
    let at = 0
    marks.textContent = ''
    for (const item of items) {
      const [start, end] = [Number(item.dataset.start), Number(item.dataset.end)]
      if (start < at) continue
      marks.append(text.slice(at, start).join(''))
      const kind = item.dataset.blaming === 'true' ? 'cf-mark' : 'cf-mark cf-mark--advice'
      marks.append(make('span', kind, text.slice(start, end).join('')))
      at = end
    }
    marks.append(text.slice(at).join('') + '\n')
    fit()
  }

  /** What the writer decided, by key. Decisions the page carries from an earlier try are taken over. */
  const decided = new Map()
  const takeOver = (key) => {
    const carried = form.querySelector(`input[type=hidden][name="wording-${key}"]`)
    if (!carried || list.contains(carried)) return
    const reason = form.querySelector(`input[type=hidden][name="wording-${key}-reason"]`)
    decided.set(key, { how: carried.value, reason: reason?.value ?? '', words: '' })
    carried.remove()
    reason?.remove()
  }
  const asked = (key) => form.querySelector(`input[type=radio][name="wording-${key}"]`)

  /** Writes `words` from one place of the field to another, so that it can be undone. */
  const write = (words, from, to) => {
    area.focus()
    area.setSelectionRange(from, to)
    if (!document.execCommand('insertText', false, words)) area.setRangeText(words, from, to, 'end')
  }
  /** Says what was taken out, and offers to put it back. */
  const offerBack = (old, words, from) => {
    swap.textContent = ''
    swap.append(make('p', 'govuk-body', `Taken out: “${old}”. Does anything in it still belong here?`))
    swap.append(button('Put it back', `: “${old}”`, () => {
      const at = words && area.value.includes(words) ? area.value.indexOf(words) : Math.min(from, area.value.length)
      write(old, at, words && area.value.includes(words) ? at + words.length : at)
      swap.textContent = ''
      area.dispatchEvent(new Event('input', { bubbles: true }))
    }))
  }

  /** Puts `words` in the place of a finding, reaching `wider` letters over it. */
  const replace = (item, words, wider = 0) => {
    const text = letters()
    const [start, end] = [Number(item.dataset.start) - wider, Number(item.dataset.end) + wider]
    put(item, words, text.slice(0, start).join('').length, text.slice(start, end).join(''))
  }
  /** Puts `words` in the place of the sentence a finding stands in. */
  const replaceSentence = (item, words, sentence) => {
    const from = area.value.lastIndexOf(sentence, letters().slice(0, Number(item.dataset.start)).join('').length)
    if (from >= 0) put(item, words, from, sentence)
  }
  /** Puts `words` in the place of the old ones, which stand at `from`, and selects what is to be filled in. */
  const put = (item, words, from, old) => {
    write(words, from, from + old.length)
    if (!words.includes(item.dataset.words) && !old.startsWith('“')) offerBack(old, words, from)
    const gap = /\[[^\]]*\]/.exec(words)
    if (gap) area.setSelectionRange(from + gap.index, from + gap.index + gap[0].length)
    area.dispatchEvent(new Event('input', { bubbles: true }))
  }

  const button = (text, about, action) => {
    const node = make('button', 'govuk-button govuk-button--secondary cf-found__button', text)
    node.type = 'button'
    node.append(make('span', 'govuk-visually-hidden', ` ${about}`))
    node.addEventListener('click', action)
    return node
  }
  const carry = (name, value) => {
    const node = make('input', '')
    Object.assign(node, { type: 'hidden', name, value })
    return node
  }

  const offer = (item) => {
    const { key, words } = item.dataset
    for (const choice of item.querySelectorAll('[data-insert]')) {
      const { insert: text, sentence } = choice.dataset
      const name = text === '' ? 'Leave the sentence out' : `Use this wording${sentence ? ' for the sentence' : ''}`
      const use = () => (sentence ? replaceSentence(item, text, sentence) : replace(item, text))
      choice.append(' ', button(name, `: ${text || words}`, use))
    }
    if (item.dataset.blaming !== 'true' || area.dataset.narrative === 'learn' || asked(key)) return
    takeOver(key)
    const choices = make('div', 'cf-found__choices')
    const now = decided.get(key)
    if (now) {
      const own = now.how === 'own'
      choices.append(carry(`wording-${key}`, now.how))
      choices.append(make('p', 'govuk-body', own ? 'Marked as the child’s own words. A supervisor looks at this.' : 'Kept. A supervisor looks at this.'))
      if (!own) {
        const group = make('div', 'govuk-form-group')
        const input = make('input', 'govuk-input')
        Object.assign(input, { id: `wording-${key}-reason`, name: `wording-${key}-reason`, value: now.reason, autocomplete: 'off' })
        const ask = make('label', 'govuk-label', 'Why do they stay?')
        ask.htmlFor = input.id
        input.addEventListener('input', () => { now.reason = input.value })
        group.append(ask, input)
        choices.append(group)
      }
      choices.append(button('Do not keep', `“${words}”`, () => {
        decided.delete(key)
        const text = letters()
        const [start, end] = [Number(item.dataset.start), Number(item.dataset.end)]
        // The quotation marks that "the child's own words" put there go with it.
        if (own && text[start - 1] === '“' && text[end] === '”') return replace(item, text.slice(start, end).join(''), 1)
        show()
        area.focus()
      }))
    } else {
      choices.append(
        button('These are the child’s own words', `: “${words}”`, () => {
          const text = letters().slice(Number(item.dataset.start), Number(item.dataset.end)).join('')
          decided.set(key, { how: 'own', reason: '', words })
          replace(item, `“${text}”`)
        }),
        button('Keep, with a reason', `: “${words}”`, () => {
          decided.set(key, { how: 'keep', reason: '', words })
          show()
          list.querySelector(`[name="wording-${key}-reason"]`)?.focus()
        })
      )
    }
    item.append(choices)
  }

  /** A decision stays with its words when more is written round them. */
  const followWords = (items) => {
    const open = items.filter(item => item.dataset.blaming === 'true' && !decided.has(item.dataset.key))
    for (const [key, made] of [...decided]) {
      if (!made.words || items.some(item => item.dataset.key === key)) continue
      const now = open.find(item => item.dataset.words.includes(made.words) || made.words.includes(item.dataset.words))
      if (!now) continue
      decided.delete(key)
      decided.set(now.dataset.key, { ...made, words: now.dataset.words })
    }
  }

  let page = ''
  /** The list with its buttons, made from the server's piece of page. */
  const show = () => {
    list.innerHTML = page ?? ''
    const items = [...list.querySelectorAll('.cf-finding')]
    followWords(items)
    items.forEach(offer)
    underline(items)
    // What the page the server sent already asks about is not shown twice.
    const shown = items.filter(item => !asked(item.dataset.key))
    items.filter(item => !shown.includes(item)).forEach(item => item.remove())
    list.hidden = shown.length === 0
    const blaming = items.filter(item => item.dataset.blaming === 'true').length
    const places = blaming === 1 ? '1 place' : `${blaming} places`
    const said = blaming ? `${places} here may put blame on the child.` : 'A kinder word is suggested here.'
    state.textContent = items.length === 0 ? '' : `${said} Why, and what to write instead, stands below.`
  }

  let sent
  const check = async () => {
    const text = area.value
    sent?.abort()
    if (text.trim() === '') { page = ''; show(); return }
    sent = new AbortController()
    try {
      const body = new URLSearchParams({ field: area.name, text })
      const answer = await fetch('/wording/check', { method: 'POST', body, signal: sent.signal })
      if (!answer.ok) throw new Error(`wording: ${answer.status}`)
      const found = await answer.text()
      // A slow answer must not mark words that have moved since, nor take away what somebody is typing below.
      if (text !== area.value || (found === page && !list.hidden)) return
      page = found
      show()
    } catch (error) {
      if (error.name !== 'AbortError') state.textContent = 'The wording could not be checked now. It is checked when you send the form.'
    }
  }
  const later = settled(check, CHECK_AFTER_MS)
  area.addEventListener('input', () => { marks.textContent = ''; page = null; later() })
  if (area.value.trim() !== '') check()
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
document.querySelectorAll('textarea[data-narrative]').forEach(checkWording)
document.querySelectorAll('[data-keys]').forEach(letterKeys)
document.querySelectorAll('[data-session-ends]').forEach(warnOfSessionEnd)
for (const button of document.querySelectorAll('[data-print]')) {
  button.hidden = false
  button.addEventListener('click', () => print())
}
